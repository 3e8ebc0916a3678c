// The page of a case stays fresh without losing a word or the place. Everything works without this.
(() => {
  const EVERY_MS = 15_000;
  const WRITING_MS = 12_000;
  const byId = (id) => document.getElementById(id);
  const folded = (text) => text.replace(/\s+/g, " ").trim();

  // Who is here, and what is new: asked while the page is looked at, never behind another tab.
  let written = 0;
  let last = 0;
  function look() {
    const place = byId("presence");
    if (document.hidden || !place) return;
    last = Date.now();
    document.querySelector("#presence-form [name=doing]").value = Date.now() - written < WRITING_MS ? "writing" : "looking";
    htmx.trigger(place, "look");
  }
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (Date.now() - last >= EVERY_MS) look(); });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "reply-text") return;
    const hasBegun = Date.now() - written >= WRITING_MS;
    written = event.target.value ? Date.now() : 0;
    if (hasBegun && written) look();
  });
  window.addEventListener("load", look);

  // After new or earlier entries were put in, the first of them takes the focus: the reader asked for it.
  let known = new Set();
  const ids = () => [...document.querySelectorAll("#history .entry")].map((entry) => entry.id);
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target?.id === "history") known = new Set(ids()); });
  document.addEventListener("htmx:afterSettle", () => {
    if (!known.size) return;
    const first = ids().find((id) => !known.has(id));
    known = new Set();
    if (first) byId(first).focus();
  });

  // Ctrl+Enter sends, and no form is sent twice by a second press.
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form.case-form");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", (event) => {
    // A page that the browser kept whole may have been sent: what it saves would count as late.
    if (event.persisted) location.reload();
    for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
  });

  // Who leaves within the second before a draft is saved leaves it behind all the same.
  const unsaved = new Set();
  document.addEventListener("input", (event) => { if (event.target.form?.dataset.keep) unsaved.add(event.target.form); });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) unsaved.delete(event.detail.elt.closest("form"));
  });
  window.addEventListener("pagehide", () => {
    for (const form of unsaved) {
      if (!form.dataset.sent) navigator.sendBeacon(form.querySelector("[hx-post]").getAttribute("hx-post"), new FormData(form));
    }
  });

  // What is typed is kept in this tab as well, for when the session ends before the portal could keep it.
  const typedIn = (form) => [...form.elements].filter((one) => one.name && one.matches("textarea, select, input:not([type=hidden], [type=file])"));
  const stored = (key) => { try { return JSON.parse(sessionStorage.getItem(key) ?? "[]"); } catch { return []; } };
  // Who signed in again comes back to #unsent: every field gets back what it held, and what folds it is opened.
  const isTicked = (one) => one.matches("[type=checkbox], [type=radio]");
  const nameOf = (one) => (isTicked(one) ? `${one.name}=${one.value}` : one.name);
  const held = (one) => (isTicked(one) ? one.checked : one.value.slice(0, 100_000));
  function giveBack(form, key) {
    const before = new Map(stored(key));
    for (const one of typedIn(form)) {
      const value = before.get(nameOf(one));
      if (value === undefined || value === held(one)) continue;
      if (isTicked(one)) one.checked = value;
      else one.value = value;
      const part = one.closest("details");
      if (part) part.open = true;
      one.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  const comesBack = location.hash === "#unsent";
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = `${form.dataset.keep}:fields`;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept_in_tab", value: "1" }));
    if (comesBack) giveBack(form, key);
    else sessionStorage.removeItem(key);
    const hold = () => {
      const values = typedIn(form).map((one) => [nameOf(one), held(one)]);
      try { sessionStorage.setItem(key, JSON.stringify(values)); } catch { /* full */ }
    };
    form.addEventListener("input", hold);
    form.addEventListener("change", hold);
    // What is found, or asked for, may have been filled in by the portal: it is kept from the moment of sending.
    form.addEventListener("submit", hold);
    form.querySelector("[data-discard]")?.addEventListener("click", () => sessionStorage.removeItem(key));
  }
  if (comesBack) history.replaceState(history.state, "", location.pathname + location.search);

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = form.dataset.keep;
    const text = form.querySelector("textarea[name=text]");
    if (!text) continue;
    const kept = sessionStorage.getItem(key) ?? "";
    const own = [...document.querySelectorAll(".entry.is-own .entry-text")].map((one) => folded(one.textContent));
    if (kept !== text.value && kept.startsWith(text.value) && !own.includes(folded(kept))) {
      text.value = kept;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      sessionStorage.removeItem(key);
    }
    text.addEventListener("input", () => sessionStorage.setItem(key, text.value.slice(0, 100_000)));
    form.querySelector("[data-discard]")?.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      // The uploader remembers its files by page.
      for (const one of Object.keys(sessionStorage)) if (one.startsWith("liaison-files:") && one.endsWith(":files")) sessionStorage.removeItem(one);
    });
  }
})();
