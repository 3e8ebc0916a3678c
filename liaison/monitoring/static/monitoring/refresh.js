// Asks for the part of a page that changes, and leaves everything as the reader had it. Without scripts one reloads.
(() => {
  const EVERY_MS = 30_000;
  const REACHABLE = "a[href], button, summary, input, select, [tabindex='0']";
  const live = () => document.getElementById("live");
  let last = Date.now();
  let kept = null;

  function refresh() {
    if (document.hidden || !live()) return;
    last = Date.now();
    htmx.trigger(live(), "refresh");
  }

  function keep() {
    const part = live();
    kept = {
      open: new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open])),
      scrolled: [...part.querySelectorAll(".table-responsive")].map((one) => [one.scrollTop, one.scrollLeft]),
      height: window.scrollY,
      focused: [...part.querySelectorAll(REACHABLE)].indexOf(document.activeElement),
    };
  }

  function restore() {
    if (!kept || !live()) return;
    for (const [id, open] of kept.open) {
      const found = document.getElementById(id);
      if (found) found.open = open;
    }
    live().querySelectorAll(".table-responsive").forEach((one, number) => {
      const [top, left] = kept.scrolled[number] ?? [0, 0];
      one.scrollTop = top;
      one.scrollLeft = left;
    });
    if (kept.focused >= 0) live().querySelectorAll(REACHABLE)[kept.focused]?.focus({ preventScroll: true });
    // The new part was shorter while its tables were closed, and the browser may have moved.
    window.scrollTo({ top: kept.height, behavior: "instant" });
    kept = null;
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "live" && event.detail.shouldSwap) keep();
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!kept) return;
    document.dispatchEvent(new CustomEvent("monitoring:shown"));
    restore();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - last >= EVERY_MS) refresh();
  });
  setInterval(refresh, EVERY_MS);
})();
