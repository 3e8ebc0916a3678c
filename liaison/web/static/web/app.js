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

  // A form that comes back refused begins at its first mistake, unless the page leads elsewhere itself.
  const wrong = document.querySelector("main [aria-invalid=true], main .is-invalid");
  if (wrong && !document.querySelector("[autofocus]") && !location.hash) {
    for (let around = wrong.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
    wrong.focus({ preventScroll: true });
    wrong.scrollIntoView({ block: "center" });
  }

  // In a menu that is longer than the window, where one is stays in sight.
  const here = document.querySelector(".sidebar [aria-current]");
  const sidebar = here?.closest(".sidebar");
  const beyond = here ? here.getBoundingClientRect().bottom - sidebar.getBoundingClientRect().bottom : 0;
  if (beyond > 0) sidebar.scrollTop += beyond + 16;

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
