"use strict";
(() => {
  const table = document.querySelector("table.index");
  if (!table) return;
  const [search, ministry, year, clear, shown] = ["search", "ministry", "year", "clear", "shown"]
    .map((id) => document.getElementById(id));
  const fields = [search, ministry, year];
  const heads = [...table.querySelectorAll("[data-column]")];
  const parts = [...table.tBodies];
  const size = parts[0].rows.length;
  const collator = new Intl.Collator("ja", { numeric: true });
  // Letters of full and half width are the same to one who searches.
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const rows = [...table.querySelectorAll("tbody tr")].map((element, place) => {
    const texts = [0, 1, 2].map((column) => element.cells[column].textContent);
    return { element, place, texts, searched: plain(texts.join(" ")) };
  });
  const keys = new Map();
  let order = rows, sorted = null, direction = 1;

  function keysOf(column, isText) {
    if (!isText) return rows.map(({ element }) => parseFloat(element.cells[column].dataset.v));
    const texts = rows.map((row) => row.texts[column]);
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
    show();
  }

  function choices(select, column, way) {
    const counts = new Map();
    for (const { texts } of rows) counts.set(texts[column], (counts.get(texts[column]) || 0) + 1);
    counts.delete("");
    const texts = [...counts.keys()].sort((a, b) => way * collator.compare(a, b));
    select.append(...texts.map((text) => new Option(`${text} (${counts.get(text)})`, text)));
    select.addEventListener("change", show);
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
  choices(ministry, 1, 1);
  choices(year, 2, -1);
  search.addEventListener("input", show);
  for (const field of fields) field.addEventListener("change", remember);
  clear.addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
    remember();
  });
  window.addEventListener("hashchange", recall);
  document.querySelector(".controls").hidden = false;
  if (location.hash) recall();
})();
