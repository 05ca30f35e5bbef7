"use strict";
(() => {
  const table = document.querySelector("table.index");
  if (!table) {
    lists();
    return;
  }
  const [search, ministry, year, clear, shown] = ["search", "ministry", "year", "clear", "shown"]
    .map((id) => document.getElementById(id));
  const fields = [search, ministry, year];
  const [ordering, languages] = [document.getElementById("sort"), [...document.querySelectorAll("[data-lang]")]];
  const heads = [...table.querySelectorAll("[data-column]")];
  const parts = [...table.tBodies];
  const size = parts[0].rows.length;
  const collator = new Intl.Collator("ja", { numeric: true });
  const ministries = new Map([...ministry.options].map(({ value, dataset }) => [value, dataset]));
  // Letters of full and half width are the same to one who searches.
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const rows = [...table.querySelectorAll("tbody tr")].map((element, place) => {
    const texts = [0, 1, 2].map((column) => element.cells[column].textContent);
    const told = [...texts, ministries.get(texts[1])?.en];
    // The name leads to a report; this has its languages.
    const name = element.cells[0].querySelector("a");
    const lead = [...element.querySelectorAll("td a")].find(({ href }) => href === name.href);
    return { element, place, texts, name, reports: [...lead.parentElement.children], searched: plain(told.join(" ")) };
  });
  const keys = new Map();
  let pause = 0, order = rows, sorted = null, direction = 1, chosen = "";
  // Whoever reads no Japanese gets English, unless there is not one report in it.
  const own = navigator.language.startsWith("ja") || !table.querySelector('a[lang="en"]') ? "ja" : "en";

  function keysOf(column, isText) {
    if (!isText) return rows.map(({ element }) => parseFloat(element.cells[column].dataset.v));
    const texts = rows.map(({ element }) => element.cells[column].textContent);
    const distinct = [...new Set(texts)].sort(collator.compare);
    const ranks = new Map(distinct.map((text, rank) => [text, rank]));
    return texts.map((text) => (text ? ranks.get(text) : NaN));
  }

  function sort(head, way) {
    const column = Number(head.dataset.column);
    if (!keys.has(column)) keys.set(column, keysOf(column, "text" in head.dataset));
    const key = keys.get(column);
    // What is unknown comes last whatever the direction, what is equal as in the page.
    order = [...rows].sort(({ place: a }, { place: b }) =>
      isNaN(key[a]) - isNaN(key[b]) || way * (key[a] - key[b]) || a - b);
    if (sorted) sorted.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    [sorted, direction] = [head, way];
    ordering.value = way * (column + 1);
  }

  function unsort() {
    if (sorted) sorted.removeAttribute("aria-sort");
    [order, sorted] = [rows, null];
  }

  // Rows fill the parts from the first on: a part out of sight costs nothing until it is seen.
  function show() {
    const wanted = plain(search.value).split(/\s+/);
    const kept = order.filter(({ texts, searched }) =>
      wanted.every((word) => searched.includes(word))
      && (!ministry.value || texts[1] === ministry.value)
      && (!year.value || texts[2] === year.value));
    parts.forEach((part, number) => {
      const own = kept.slice(number * size, (number + 1) * size);
      part.replaceChildren(...own.map(({ element }) => element));
      part.style.setProperty("--rows", own.length);
      part.hidden = !own.length;
    });
    shown.textContent = kept.length.toLocaleString("en");
  }

  // The address keeps what was asked for: it is there again on coming back from a report.
  function remember() {
    const state = new URLSearchParams();
    for (const { id, value } of fields) if (value) state.set(id, value);
    if (sorted) state.set("sort", direction * (Number(sorted.dataset.column) + 1));
    if (chosen) state.set("lang", chosen);
    history.replaceState(null, "", `#${state}`);
  }

  function recall() {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      field.value = state.get(field.id) || "";
      // A choice that is none of the list's.
      if (field.selectedIndex === -1) field.value = "";
    }
    const asked = Number(state.get("sort"));
    const head = heads.find(({ dataset }) => Number(dataset.column) === Math.abs(asked) - 1);
    if (head) sort(head, Math.sign(asked));
    if (languages.some(({ dataset }) => dataset.lang === state.get("lang"))) chosen = state.get("lang");
    speak(chosen || own);
    show();
  }

  // The page in one language, and the reports of that language where there are any.
  function speak(lang) {
    document.documentElement.className = document.documentElement.lang = lang;
    for (const button of languages) button.ariaPressed = button.dataset.lang === lang;
    for (const option of document.querySelectorAll("option[data-ja]")) {
      option.text = option.dataset[lang] + (option.dataset.many ? ` (${option.dataset.many})` : "");
    }
    for (const { element, texts, name, reports } of rows) {
      element.cells[1].textContent = ministries.get(texts[1])?.[lang] ?? texts[1];
      name.href = (reports.find((report) => (report.lang || "ja") === lang) || reports[0]).href;
    }
    ministry.append(...[...ministry.options].slice(1).sort((a, b) => collator.compare(a.text, b.text)));
    keys.delete(1);
    if (sorted) sort(sorted, direction);
    ordering.length = 1;
    for (const head of heads) {
      const said = (head.querySelector(`.t[lang="${lang}"]`) || head).textContent;
      for (const way of [1, -1]) {
        const asked = way * Number(head.dataset.first);
        ordering.append(new Option(`${said} ${asked > 0 ? "▲" : "▼"}`, asked * (Number(head.dataset.column) + 1)));
      }
    }
    ordering.value = sorted ? direction * (Number(sorted.dataset.column) + 1) : "";
  }

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      sort(head, head === sorted ? -direction : Number(head.dataset.first));
      show();
      remember();
    });
  }
  for (const select of [ministry, year]) select.addEventListener("change", show);
  // Not with every letter: browsers take only so many changes of an address.
  search.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(remember, 300);
  });
  ordering.addEventListener("change", () => {
    const asked = Number(ordering.value);
    if (asked) sort(heads.find(({ dataset }) => Number(dataset.column) === Math.abs(asked) - 1), Math.sign(asked));
    else unsort();
    show();
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
  for (const field of fields) field.addEventListener("change", remember);
  clear.addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
    remember();
  });
  window.addEventListener("hashchange", recall);
  document.querySelector(".controls").hidden = false;
  recall();

  // A page of lists alone has nothing but its language to choose.
  function lists() {
    const buttons = [...document.querySelectorAll("[data-lang]")];
    if (!buttons.length) return;
    const say = (lang) => {
      document.documentElement.className = document.documentElement.lang = lang;
      for (const button of buttons) button.ariaPressed = button.dataset.lang === lang;
    };
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    say(asked === "ja" || asked === "en" ? asked : navigator.language.startsWith("ja") ? "ja" : "en");
    for (const button of buttons) {
      button.addEventListener("click", () => {
        say(button.dataset.lang);
        history.replaceState(null, "", `#lang=${button.dataset.lang}`);
      });
    }
    document.querySelector(".controls").hidden = false;
  }
})();
