// Everything on the page can be read without this: it remembers the language and the
// filters in the page's address, and searches without diacritics.
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const fold = (text) =>
    text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").trim();
  const store = {
    get() { try { return localStorage.getItem("language"); } catch { return null; } },
    set(value) { try { localStorage.setItem("language", value); } catch { /* a private window */ } },
  };
  const search = one("#search");
  const isState = () => /^#[a-z]+=/.test(location.hash);
  const state = () => new URLSearchParams(isState() ? location.hash.slice(1) : "");
  const chosen = (name) => one(`input[name=${name}]:checked`)?.value;
  const choose = (name, value) => {
    const radio = all(`input[name=${name}]`).find((input) => input.value === value);
    if (radio) radio.checked = true;
  };

  function remember() {
    const now = new URLSearchParams();
    if (chosen("light") && chosen("light") !== "all") now.set("light", chosen("light"));
    if (search?.value) now.set("find", search.value);
    if (chosen("language") === "en") now.set("language", "en");
    const hash = now.toString();
    if (hash || isState()) history.replaceState(null, "", `#${hash}`);
  }

  function filter() {
    if (!search) return;
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    const light = chosen("light");
    let found = 0;
    for (const group of all(".group")) {
      let here = 0;
      for (const row of group.querySelectorAll("tr[data-find]")) {
        row.hidden = !words.every((word) => row.dataset.find.includes(word));
        here += row.hidden ? 0 : 1;
      }
      group.querySelector("[data-count]").textContent = here;
      group.hidden = words.length > 0 && here === 0;
      if (here && (words.length || light === group.dataset.light)) group.open = true;
      if (light === "all" || light === group.dataset.light) found += here;
    }
    const isEnglish = chosen("language") === "en";
    one("#found").textContent =
      words.length || light !== "all" ? `${found} ${isEnglish ? "units" : "đơn vị"}` : "";
    one("#found").lang = isEnglish ? "en" : "vi";
  }

  function reveal() {
    const target = !isState() && location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    target.scrollIntoView();
  }

  function restore() {
    const now = state();
    choose("language", now.get("language") ?? store.get());
    if (search && isState()) {
      choose("light", now.get("light") ?? "all");
      search.value = now.get("find") ?? "";
    }
    filter();
    reveal();
  }

  for (const input of all("input[type=radio]")) input.addEventListener("change", () => {
    if (input.name === "language") store.set(input.value);
    filter();
    remember();
  });
  search?.addEventListener("input", () => { filter(); remember(); });
  addEventListener("hashchange", restore);
  restore();
})();
