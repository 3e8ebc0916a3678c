// Nothing typed gets lost: what the portal has not saved yet stays in this tab, through a sign-in that ran out, a lost
// network and a reload. Every page works without this script.
(() => {
  const prefix = "liaison-case:";
  const form = document.getElementById("case-form");
  if (!form) {
    // The page that says it is filed: nothing of the form is needed any more.
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
    return;
  }
  const draft = prefix + form.dataset.draft;
  const key = `${draft}:${form.dataset.step}`;
  const apart = new Set(["csrfmiddlewaretoken", "opened_as", "version", "page", "press", "files", "files_sent", "said_kinds", "wanted", "kept_in_tab"]);
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept_in_tab", value: "1" }));
  let typed = 0;
  let saved = 0;
  let asked = 0;
  let leaving = false;

  const version = () => Number(form.querySelector("[name=version]")?.value ?? 0);
  const fields = () => [...new FormData(form)].filter(([name, value]) => !apart.has(name) && typeof value === "string");
  const alike = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, value.replace(/\s+/g, " ").trim()]));
  const keep = () => {
    try { sessionStorage.setItem(key, JSON.stringify({ version: version(), fields: fields() })); } catch { /* full */ }
  };
  const kept = (name) => {
    try { return JSON.parse(sessionStorage.getItem(name) ?? "null"); } catch { return null; }
  };

  // What was sent and saved came back with a newer version. What has still the old one never arrived.
  const restore = () => {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(`${draft}:`) && (kept(name)?.version ?? -1) < version()) sessionStorage.removeItem(name);
    }
    const before = kept(key);
    if (!before || alike(before.fields) === alike(fields())) { sessionStorage.removeItem(key); return; }
    const values = new Map();
    for (const [name, value] of before.fields) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || apart.has(field.name) || field.type === "hidden") continue;
      const wanted = values.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
      else if (wanted.length) field.value = wanted[0];
    }
    document.getElementById("restored").hidden = false;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // The uploader holds a form until its files are here; the button that was pressed may be another one by then.
  let pressed = null;
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (event.submitter) pressed = event.submitter.value;
    else if (pressed) {
      const press = document.createElement("input");
      Object.assign(press, { type: "hidden", name: "press", value: pressed });
      form.append(press);
    }
  }, true);
  form.addEventListener("input", () => { typed += 1; keep(); });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (leaving) { event.preventDefault(); return; }  // a second press while the first is under way
    leaving = true;
    keep();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.hasAttribute("data-searches")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("search"));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget]")) { leaving = true; sessionStorage.removeItem(key); }
  });

  document.addEventListener("htmx:beforeRequest", (event) => { if (form.contains(event.detail.elt)) asked = typed; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!form.contains(event.detail.elt) || !event.detail.successful) return;
    // Who was signed out is on the way to sign-in: what was typed waits here.
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) { leaving = true; return; }
    saved = asked;
    if (saved === typed) sessionStorage.removeItem(key);
  });
  document.addEventListener("htmx:afterSettle", () => { if (saved !== typed) keep(); });
  // The answers that say why a draft is not saved stand where it says that it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if ((status === 409 || status === 422) && form.contains(event.detail.elt)) event.detail.shouldSwap = true;
  });

  window.addEventListener("pagehide", () => {
    if (saved === typed || leaving) return;
    const sent = new FormData(form);
    sent.delete("press");
    sent.append("press", "autosave");
    navigator.sendBeacon(form.action, sent);
  });
  // A page that the browser kept whole shows what was typed before the last step.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // A page with problems was made from what was sent: it holds everything.
  if (!document.getElementById("problems")) restore();
})();
