"use strict";
(async () => {
  const [search, ministry, clear, shown, pages, cards, more, card, inside] = ["search", "ministry", "clear", "shown", "pages", "cards", "more", "card", "inside"]
    .map((id) => document.getElementById(id));
  if (!("DecompressionStream" in window)) {
    document.getElementById("old").hidden = false;
    return;
  }
  const packed = atob(document.getElementById("data").textContent);
  const bytes = new Uint8Array(packed.length);
  for (let place = 0; place < packed.length; place++) bytes[place] = packed.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const known = JSON.parse(await new Response(stream).text());

  const PAGE = 20, FEW = 12, AROUND = 60;
  const languages = [...document.querySelectorAll("[data-lang]")];
  const collator = new Intl.Collator("ja", { numeric: true });
  // Letters of full and half width, and of either case, are the same to one who searches.
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const every = known.id.map((_, place) => place);
  const places = new Map(every.map((place) => [known.id[place], place]));
  // Where a word is looked for, in the order of the results. A line end keeps apart what is of two.
  const fields = [
    (p) => [known.name[p], known.number[p], known.id[p], ...known.ministries[known.ministry[p]]],
    (p) => known.payees_of[p].map((payee) => known.payees[payee]),
    (p) => known.indicators[p],
    (p) => [known.purpose[p], known.outline[p]],
  ];
  const folded = fields.map((parts) => every.map((place) => plain(parts(place).join("\n"))));
  const paged = known.pages.flatMap((page, payee) => page ? [{ payee, page, name: plain(known.payees[payee]) }] : []);
  const own = navigator.language.startsWith("ja") ? "ja" : "en";
  let lang = own, chosen = "", asked = "", kept = [], wanted = [], drawn = 0, pause = 0;

  // The projects that have all words, those first whose words all stand in the first field.
  function matching(text, only) {
    const wanted = plain(text).split(/\s+/).filter(Boolean);
    const found = fields.map(() => []);
    for (const place of every) {
      if (only && known.ministries[known.ministry[place]][0] !== only) continue;
      let worst = 0;
      for (const word of wanted) {
        const field = folded.findIndex((texts) => texts[place].includes(word));
        worst = field < 0 ? fields.length : Math.max(worst, field);
        if (field < 0) break;
      }
      if (worst < fields.length) found[worst].push(place);
    }
    return { wanted, found: found.flat() };
  }

  // Of a word that the name has not: in which field it stands, and the text around it.
  function hit(place) {
    const word = wanted.find((one) => !folded[0][place].includes(one));
    const field = folded.findIndex((texts) => word && texts[place].includes(word));
    if (field < 1) return null;
    const texts = fields[field](place).flatMap((text) => text.split(/(?<=。)|\n/));
    const text = texts.find((one) => plain(one).includes(word)) || "";
    const start = Math.max(0, plain(text).indexOf(word) - AROUND), end = start + 2 * AROUND;
    return { field, text: (start ? "…" : "") + text.slice(start, end) + (end < text.length ? "…" : "") };
  }

  const part = (element, name) => element.querySelector(`[data-part="${name}"]`);
  const both = (pair) => pair[lang === "ja" ? 0 : 1];
  const amount = (place) => both(known.amounts[place]) || "–";

  function item(list, text, more) {
    const line = document.createElement("li");
    line.append(text);
    if (more) line.append(" ", more);
    list.append(line);
  }

  function anchor(text, href, spoken) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = text;
    if (spoken) link.lang = spoken;
    return link;
  }

  // What is behind a card's name, made when it is opened for the first time.
  function fill(element, place) {
    const list = (name) => part(element, name).querySelector("ul");
    for (const number of known.reports[place]) {
      const [name, spoken, title] = known.titles[number];
      if (!spoken || spoken === lang) item(list("reports"), anchor(title, `${known.folder[place]}/${name}.html`, spoken));
    }
    for (const reason of known.reasons[place]) item(list("reasons"), both(reason));
    part(element, "money").querySelector("p").textContent =
      `${amount(known.budget[place])} / ${amount(known.executed[place])}${known.rate[place] && ` (${known.rate[place]})`}`;
    for (const name of ["purpose", "outline"]) part(element, name).querySelector("p").textContent = known[name][place];
    for (const name of known.indicators[place]) item(list("indicators"), name);
    const payees = known.payees_of[place].map((payee, number) => () => {
      const page = known.pages[payee];
      const name = page ? anchor("", page.replace("LANG", lang)) : document.createElement("span");
      name.textContent = known.payees[payee];
      name.lang = "ja";
      const paid = document.createElement("span");
      paid.className = "amount";
      paid.textContent = amount(known.paid[place][number]);
      item(list("payees"), name, paid);
    });
    for (const add of payees.slice(0, PAGE)) add();
    const all = part(element, "payees").querySelector("button");
    all.hidden = payees.length <= PAGE;
    all.addEventListener("click", () => {
      for (const add of payees.slice(PAGE)) add();
      all.hidden = true;
    });
    const own = part(element, "ministry"), page = known.ministry_pages[known.ministry[place]];
    own.hidden = !page;
    if (page) own.querySelector("a").replaceWith(anchor(both(known.ministries[known.ministry[place]]), both(page)));
    const link = part(element, "url").querySelector("a");
    if (known.url[place]) link.href = link.textContent = known.url[place];
    const self = part(element, "id").querySelector("a");
    self.href = `#${encodeURIComponent(known.id[place])}`;
    self.textContent = known.id[place];
    for (const name of ["reports", "reasons", "indicators", "payees"]) part(element, name).hidden = !list(name).children.length;
    for (const name of ["purpose", "outline", "url"]) part(element, name).hidden = !known[name][place];
  }

  function drawnCard(place, open) {
    const element = card.content.cloneNode(true).firstElementChild;
    const details = element.firstElementChild;
    const fact = (name) => element.querySelector(`[data-fact="${name}"]`);
    element.querySelector("b").textContent = known.name[place];
    fact("ministry").textContent = both(known.ministries[known.ministry[place]]);
    fact("number").textContent = known.number[place];
    fact("budget").append(amount(known.budget[place]));
    if (known.rate[place]) fact("rate").append(known.rate[place]);
    else fact("rate").remove();
    const found = hit(place);
    if (found) {
      const line = element.querySelector(".hit");
      line.hidden = line.querySelector(`[data-field="${found.field}"]`).hidden = false;
      line.lastElementChild.textContent = found.text;
    }
    let full = false;
    const unfold = () => {
      if (details.open && !full) {
        details.append(inside.content.cloneNode(true));
        fill(details, place);
        full = true;
      }
    };
    details.addEventListener("toggle", unfold);
    details.open = open;
    unfold();
    return element;
  }

  function draw() {
    const next = kept.slice(drawn, drawn + PAGE);
    cards.append(...next.map((place) => drawnCard(place, kept.length === 1)));
    drawn += next.length;
    more.hidden = drawn >= kept.length;
  }

  function show() {
    if (asked) {
      [kept, wanted] = [[places.get(asked)], []];
    } else {
      const { wanted: words, found } = matching(search.value, ministry.value);
      [kept, wanted] = [found, words];
    }
    const named = paged.filter(({ name }) => wanted.length && wanted.every((word) => name.includes(word))).slice(0, FEW);
    pages.hidden = !named.length;
    pages.lastElementChild.replaceChildren(...named.map(({ payee, page }) => anchor(known.payees[payee], page.replace("LANG", lang))));
    shown.textContent = kept.length.toLocaleString("en");
    cards.replaceChildren();
    drawn = 0;
    draw();
  }

  // The address keeps what was asked for: it is there again on coming back from a report.
  function remember() {
    const state = new URLSearchParams();
    if (search.value) state.set("q", search.value);
    if (ministry.value) state.set("ministry", ministry.value);
    if (chosen) state.set("lang", chosen);
    history.replaceState(null, "", `#${asked ? `${encodeURIComponent(asked)}&` : ""}${state}`);
  }

  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    asked = [...state.keys()].find((key) => places.has(key)) || "";
    search.value = state.get("q") || "";
    ministry.value = state.get("ministry") || "";
    if (ministry.selectedIndex === -1) ministry.value = "";
    if (languages.some(({ dataset }) => dataset.lang === state.get("lang"))) chosen = state.get("lang");
    speak(chosen || own);
    show();
  }

  function speak(spoken) {
    lang = document.documentElement.className = document.documentElement.lang = spoken;
    for (const button of languages) button.ariaPressed = button.dataset.lang === lang;
    for (const option of ministry.options) option.text = option.dataset[lang] + (option.dataset.many ? ` (${option.dataset.many})` : "");
    ministry.append(...[...ministry.options].slice(1).sort((a, b) => collator.compare(a.text, b.text)));
  }

  const counts = known.ministries.map(() => 0);
  for (const place of every) counts[known.ministry[place]]++;
  known.ministries.forEach(([ja, en], number) => {
    const option = new Option("", ja);
    Object.assign(option.dataset, { ja, en, many: counts[number].toLocaleString("en") });
    ministry.append(option);
  });
  const changed = () => {
    asked = "";
    show();
  };
  // Not with every letter: browsers take only so many changes of an address.
  search.addEventListener("input", () => {
    changed();
    clearTimeout(pause);
    pause = setTimeout(remember, 300);
  });
  ministry.addEventListener("change", () => {
    changed();
    remember();
  });
  for (const button of languages) {
    button.addEventListener("click", () => {
      chosen = button.dataset.lang;
      speak(chosen);
      show();
      remember();
    });
  }
  clear.addEventListener("click", () => {
    search.value = ministry.value = "";
    changed();
    remember();
  });
  more.addEventListener("click", draw);
  window.addEventListener("hashchange", recall);
  document.querySelector(".controls").hidden = false;
  recall();
})();
