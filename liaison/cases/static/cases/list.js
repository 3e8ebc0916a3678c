// Keys of the list, and selecting a page of it. Everything can be done without.
(() => {
  const keys = document.getElementById("case-keys");
  const opener = document.getElementById("case-keys-open");
  const rows = () => [...document.querySelectorAll("#case-list .case-row")];
  const boxes = () => [...document.querySelectorAll('#case-list input[name="number"]')];

  const prepare = () => {
    const all = document.querySelector("#case-list .case-all");
    if (all) all.hidden = false;
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
    "/": () => document.getElementById("case-keyword").focus(),
    "?": () => keys.showModal(),
  };

  const isTyped = (target) => target.isContentEditable
    || target.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (keys.open || isTyped(event.target)) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "case-all") for (const box of boxes()) box.checked = event.target.checked;
  });
  document.addEventListener("htmx:afterSettle", prepare);
  opener.hidden = false;
  opener.addEventListener("click", () => keys.showModal());
  prepare();
})();
