// Keys of the list, and selecting a page of it. Everything can be done without.
(() => {
  // Asked for each time: the way back in the history puts a new page into this one.
  const byId = (id) => document.getElementById(id);
  const rows = () => [...document.querySelectorAll("#case-list .case-row")];
  const boxes = () => [...document.querySelectorAll('#case-list input[name="number"]')];

  // Folded on phones until somebody unfolds it, and from then on as it was left.
  const FOLDED = "case-more";
  const fold = () => {
    const left = sessionStorage.getItem(FOLDED);
    if (left) byId("case-more").open = left === "open";
    else if (matchMedia("(max-width: 48rem)").matches) byId("case-more").open = false;
  };

  const prepare = () => {
    const all = document.querySelector("#case-list .case-all");
    if (all) all.hidden = false;
    const opener = byId("case-keys-open");
    if (opener) opener.hidden = false;
  };

  // The tabs and the number of filters stand outside the list and follow its address.
  const pairs = (query) => [...new URLSearchParams(query)].filter(([, value]) => value).map(String).sort();
  const follow = () => {
    const here = pairs(location.search);
    const isHere = (tab) => new URL(tab.href).pathname === location.pathname && String(pairs(new URL(tab.href).search)) === String(here);
    for (const tab of document.querySelectorAll("#case-views a")) {
      if (isHere(tab)) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    const number = here.filter((pair) => !pair.startsWith("q,")).length;
    const shown = byId("case-more-count");
    shown.textContent = number;
    shown.hidden = !number;
  };

  const current = () => rows().findIndex((row) => row.classList.contains("is-current"));

  const move = (step) => {
    const found = rows();
    if (!found.length) return;
    const at = current();
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), found.length - 1);
    for (const row of found) row.classList.toggle("is-current", row === found[next]);
    found[next].querySelector(".case-title").focus();
  };

  const withCurrent = (act) => {
    const row = rows()[current()];
    if (row) act(row);
  };

  const does = {
    j: () => move(1),
    k: () => move(-1),
    o: () => withCurrent((row) => row.querySelector(".case-title").click()),
    x: () => withCurrent((row) => row.querySelector('input[name="number"]')?.click()),
    "/": () => byId("case-keyword").focus(),
    "?": () => byId("case-keys").showModal(),
  };

  const isTyped = (target) => target.isContentEditable
    || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || isTyped(event.target)) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "case-all") for (const box of boxes()) box.checked = event.target.checked;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#case-keys-open")) byId("case-keys").showModal();
    else if (event.target.closest("#case-more > summary")) sessionStorage.setItem(FOLDED, byId("case-more").open ? "folded" : "open");
  });
  // What is not filtered by is not in the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "case-filter") return;
    for (const [name, value] of [...event.detail.formData]) if (!value) event.detail.formData.delete(name);
  });
  document.addEventListener("htmx:afterSettle", prepare);
  document.addEventListener("htmx:pushedIntoHistory", follow);
  document.addEventListener("htmx:historyRestore", () => { prepare(); fold(); });
  fold();
  prepare();
})();
