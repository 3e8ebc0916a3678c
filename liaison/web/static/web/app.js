// Small conveniences. Every page works without them.
(() => {
  const menus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, 2000);
  });

  // Forms marked data-guard ask before what was typed is lost. A draft that htmx has saved counts as kept.
  let dirty = false;
  const guarded = (target) => target instanceof Element && target.closest("form[data-guard]");
  document.addEventListener("input", (event) => { if (guarded(event.target)) dirty = true; });
  document.addEventListener("submit", (event) => { if (guarded(event.target)) dirty = false; });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && guarded(event.detail.elt)) dirty = false;
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  // Error answers that bring their own alert are shown; a silent network gets the one that waits in the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Retarget") === "#messages") event.detail.shouldSwap = true;
  });
  document.addEventListener("htmx:sendError", () => {
    const messages = document.getElementById("messages");
    messages?.replaceChildren(document.getElementById("network-trouble").content.cloneNode(true));
    messages?.scrollIntoView({ block: "nearest" });
  });
})();
