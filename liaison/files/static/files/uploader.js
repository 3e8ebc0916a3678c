// The files of a form: chosen, dragged or pasted, sent in pieces, and gone on with after a lost network or a reload.
// Without this script the same input sends files with the form itself.
(() => {
  const AT_ONCE = 2;
  const FIRST_PIECE = 128 * 1024;
  const QUICK = 1000;
  const LONGEST_WAIT = 15000;
  const MOST_TRIES = 6;
  const BUSY = new Set(["queued", "sending", "offline"]);
  const known = new WeakSet();

  const csrfToken = (form) => {
    try { return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]; } catch { /* a page of its own */ }
    return form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  };
  const openedAs = () => {
    try { return { "X-Opened-As": JSON.parse(document.body.getAttribute("hx-headers"))["X-Opened-As"] }; } catch { return {}; }
  };
  const sizeShown = (bytes) => {
    const [unit, count] = bytes >= 1048576 ? ["megabyte", bytes / 1048576] : ["kilobyte", bytes / 1024];
    const shape = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: count >= 10 ? 0 : 1 };
    return new Intl.NumberFormat(document.documentElement.lang || "en", shape).format(count);
  };
  const made = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].some((type) => type.toLowerCase() === "files");

  class Refused extends Error {
    constructor(status, answer) {
      super(answer.detail ?? "");
      this.status = status;
      this.code = answer.code ?? "";
      this.facts = answer.facts ?? {};
    }
  }

  class Uploader {
    constructor(root) {
      this.root = root;
      this.form = root.closest("form");
      this.name = root.dataset.uploader;
      this.list = root.querySelector(".uploader-list");
      this.status = root.querySelector("[data-uploader-status]");
      this.waiting = root.querySelector(".uploader-waiting");
      this.input = root.querySelector("input[type=file]");
      this.key = `liaison-files:${location.pathname}:${this.name}`;
      this.items = [];
      this.pasted = 0;
      this.input.removeAttribute("name");
      root.classList.add("is-live");
      root.querySelector(".uploader-hint").hidden = false;
      for (const row of [...this.list.children]) this.adopt(row);
      this.listen();
      this.restore();
    }

    words(key, facts = {}) {
      return (this.root.dataset[`words${key[0].toUpperCase()}${key.slice(1)}`] ?? "").replace(/%\((\w+)\)s/g, (_all, name) => facts[name] ?? "");
    }

    listen() {
      this.input.addEventListener("change", () => { this.add(this.input.files); this.input.value = ""; });
      const form = this.form ?? this.root;
      let depth = 0;
      const mark = () => this.root.classList.toggle("is-target", depth > 0);
      form.addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; mark(); } });
      form.addEventListener("dragleave", (event) => { if (carriesFiles(event)) { depth = Math.max(0, depth - 1); mark(); } });
      form.addEventListener("drop", (event) => {
        depth = 0;
        mark();
        if (!carriesFiles(event)) return;
        event.preventDefault();
        this.add(event.dataTransfer.files);
      });
      form.addEventListener("paste", (event) => {
        const { files, types } = event.clipboardData ?? {};
        if (!files?.length || [...types].includes("text/plain")) return;
        event.preventDefault();
        this.add([...files].map((file) => this.named(file)));
      });
      form.addEventListener("submit", (event) => this.hold(event), true);
      window.addEventListener("online", () => { for (const item of this.items) item.wake?.(); });
    }

    // A picture from the clipboard is always called image.png.
    named(file) {
      if (!/^image\.\w+$/.test(file.name)) return file;
      this.pasted += 1;
      return new File([file], file.name.replace(".", `-${this.pasted}.`), { type: file.type, lastModified: Date.now() });
    }

    // A form waits for its files and is then sent by the button that was pressed.
    hold(event) {
      if (!this.isBusy() || event.submitter?.hasAttribute("data-leaves-files")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.held = { submitter: event.submitter };
      this.waiting.textContent = this.words("waiting");
      this.waiting.hidden = false;
      this.say(this.words("waiting"));
    }

    isBusy() { return this.items.some((item) => BUSY.has(item.state)); }

    say(words) { this.status.textContent = words; }

    // Rows that the server wrote: a box to untick becomes a button to remove.
    adopt(row) {
      const box = row.querySelector("input[type=checkbox]");
      if (!box) return;
      const item = { fileId: box.value, name: row.dataset.name, sizeShown: row.querySelector(".uploader-size").textContent };
      this.items.push(Object.assign(item, { state: box.checked ? "done" : "removed", row }));
      this.draw(item);
    }

    add(files) {
      for (const file of files) {
        const facts = { name: file.name, size: file.size, modified: file.lastModified };
        const again = this.items.find((item) => item.state === "again" && item.name === facts.name && item.size === facts.size);
        const item = again ?? this.appended({ ...facts, received: 0 });
        Object.assign(item, { file, modified: facts.modified, state: "queued", problem: "" });
        this.draw(item);
      }
      this.changed();
      this.next();
    }

    appended(item) {
      item.row = made("li", "uploader-file");
      this.list.append(item.row);
      this.items.push(item);
      return item;
    }

    next() {
      const free = AT_ONCE - this.items.filter((item) => ["sending", "offline"].includes(item.state)).length;
      for (const item of this.items.filter((each) => each.state === "queued").slice(0, Math.max(0, free))) this.send(item);
    }

    async send(item) {
      item.state = "sending";
      item.abort = new AbortController();
      this.draw(item);
      try {
        const kept = await this.sent(item);
        Object.assign(item, { state: "done", fileId: kept.id, name: kept.name, sizeShown: kept.size_shown, file: null });
        this.say(this.words("sent", { name: item.name }));
      } catch (problem) {
        if (item.state === "cancelled") return;
        const isOver = problem instanceof Refused && [409, 413, 422].includes(problem.status);
        Object.assign(item, { state: "failed", mayRetry: !isOver, problem: this.sentence(problem, item) });
        if (isOver && problem.status === 422) item.uploadId = undefined;
        this.say(`${this.words("failed", { name: item.name })} ${item.problem}`);
      }
      this.draw(item);
      this.changed();
      this.next();
    }

    sentence(problem, item) {
      if (problem instanceof Refused && problem.status === 401) return this.words("signedOut");
      return (problem instanceof Refused && problem.message) || this.words("trouble", { name: item.name });
    }

    // Begins, or goes on where the portal says; then piece after piece, larger while they are quick.
    async sent(item) {
      let length = FIRST_PIECE;
      let state = await this.begun(item);
      while (!state.is_finished && state.received < item.size) {
        const began = performance.now();
        const piece = item.file.slice(state.received, state.received + Math.min(length, state.piece_bytes));
        state = await this.patiently(item, () => this.piece(item, state, piece));
        item.received = state.received;
        this.drawProgress(item);
        if (performance.now() - began < QUICK) length *= 2;
      }
      return this.patiently(item, () => this.ask(item, `${this.address(item)}finish/`, { method: "POST" }));
    }

    async begun(item) {
      if (item.uploadId) {
        try {
          return await this.patiently(item, () => this.ask(item, this.address(item)));
        } catch (problem) {
          if (problem.status !== 404) throw problem;
          item.uploadId = undefined;
        }
      }
      const { purpose, account } = this.root.dataset;
      const body = new URLSearchParams({ name: item.name, size: item.size, purpose, account });
      const state = await this.patiently(item, () => this.ask(item, this.root.dataset.begin, { method: "POST", body }));
      item.uploadId = state.id;
      this.remember();
      return state;
    }

    async piece(item, state, piece) {
      const address = `${this.address(item)}piece/?offset=${state.received}`;
      const headers = { "Content-Type": "application/octet-stream" };
      try {
        return await this.ask(item, address, { method: "POST", body: piece, headers });
      } catch (problem) {
        if (problem.code === "piece_offset_differs") return { ...state, received: problem.facts.received };
        if (problem.code === "upload_finished") return { ...state, is_finished: true };
        throw problem;
      }
    }

    address(item) { return `${this.root.dataset.begin}${item.uploadId}/`; }

    async ask(item, address, options = {}) {
      const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(this.form), ...openedAs(), ...options.headers };
      const answer = await fetch(address, { ...options, headers, signal: item.abort?.signal, credentials: "same-origin" });
      if (answer.status === 204) return {};
      const read = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Refused(answer.status, read);
      return read;
    }

    // A lost network is waited for as long as the page is open; a portal in trouble is asked a few times.
    async patiently(item, ask) {
      for (let tries = 1; ; tries += 1) {
        try {
          const answer = await ask();
          if (item.state === "offline") { item.state = "sending"; this.draw(item); }
          return answer;
        } catch (problem) {
          if (item.state === "cancelled" || problem.name === "AbortError") throw problem;
          const isOurs = problem instanceof Refused;
          if (isOurs && (problem.status < 500 || problem.code || tries >= MOST_TRIES)) throw problem;
          if (!isOurs) { item.state = "offline"; this.draw(item); }
          await new Promise((wake) => {
            item.wake = wake;
            setTimeout(wake, Math.min(LONGEST_WAIT, 500 * 2 ** tries));
          });
        }
      }
    }

    cancel(item) {
      const { uploadId } = item;
      item.state = "cancelled";
      item.abort?.abort();
      item.wake?.();
      if (uploadId) this.ask({}, `${this.root.dataset.begin}${uploadId}/cancel/`, { method: "POST" }).catch(() => {});
      this.forget(item);
    }

    forget(item) {
      this.items = this.items.filter((each) => each !== item);
      item.row.remove();
      this.say(this.words("removed", { name: item.name }));
      this.input.focus();
      this.changed();
      this.next();
    }

    remove(item) {
      item.state = "removed";
      this.draw(item);
      this.say(this.words("removed", { name: item.name }));
      item.row.querySelector("button")?.focus();
      this.changed();
    }

    putBack(item) {
      item.state = "done";
      this.draw(item);
      item.row.querySelector("button")?.focus();
      this.changed();
    }

    draw(item) {
      const { row } = item;
      row.className = `uploader-file is-${item.state}`;
      row.dataset.state = item.state;
      if (item.fileId) row.dataset.file = item.fileId;
      if (item.state === "removed") {
        row.replaceChildren(made("span", "uploader-note", this.words("removed", { name: item.name })), this.button("undo", item, () => this.putBack(item)));
        return;
      }
      const name = made("bdi", "uploader-name", item.name);
      const size = made("span", "uploader-size", item.sizeShown ?? sizeShown(item.size));
      const parts = [name, size];
      if (item.state === "done") {
        const hidden = made("input");
        Object.assign(hidden, { type: "hidden", name: this.name, value: item.fileId });
        parts.push(hidden, this.cross("remove", item, () => this.remove(item)));
      } else if (item.state === "failed") {
        if (item.mayRetry) parts.push(this.button("retry", item, () => { item.state = "queued"; this.draw(item); this.changed(); this.next(); }));
        parts.push(this.cross("dismiss", item, () => this.cancel(item)), made("p", "field-error", item.problem));
      } else {
        const bar = made("progress", "uploader-bar");
        bar.max = item.size || 1;
        bar.setAttribute("aria-label", item.name);
        parts.push(this.cross("cancel", item, () => this.cancel(item)), bar, made("span", "uploader-done"));
        if (item.state === "offline") parts.push(made("p", "uploader-note", this.words("offline")));
        if (item.state === "again") parts.push(made("p", "uploader-note", this.words("again", { name: item.name })));
      }
      row.replaceChildren(...parts);
      this.drawProgress(item);
    }

    drawProgress(item) {
      const bar = item.row.querySelector("progress");
      if (!bar) return;
      bar.value = item.received ?? 0;
      item.row.querySelector(".uploader-size").hidden = true;
      const facts = { done: sizeShown(item.received ?? 0), size: sizeShown(item.size) };
      item.row.querySelector(".uploader-done").textContent = this.words("progress", facts);
    }

    button(key, item, act) {
      const button = made("button", "btn btn-sm", this.words(key, item));
      button.type = "button";
      button.addEventListener("click", act);
      return button;
    }

    cross(key, item, act) {
      const button = made("button", "btn btn-ghost btn-icon uploader-cross");
      button.type = "button";
      button.setAttribute("aria-label", this.words(key, item));
      button.append(this.root.querySelector("[data-uploader-cross]").content.cloneNode(true));
      button.addEventListener("click", act);
      return button;
    }

    changed() {
      this.remember();
      const files = this.items.filter((item) => item.state === "done").map((item) => item.fileId);
      const failed = this.items.filter((item) => item.state === "failed").length;
      const detail = { name: this.name, busy: this.isBusy(), failed, files };
      this.root.dispatchEvent(new CustomEvent("liaison:files", { bubbles: true, detail }));
      if (!this.held || detail.busy) return;
      const { submitter } = this.held;
      this.held = null;
      this.waiting.hidden = true;
      // What failed is looked at by the person before the form goes.
      if (!failed && this.form?.isConnected) this.form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    }

    remember() {
      const kept = this.items.filter((item) => item.uploadId && !["removed", "cancelled"].includes(item.state));
      const facts = kept.map(({ uploadId, name, size, modified }) => ({ uploadId, name, size, modified }));
      try {
        if (facts.length) sessionStorage.setItem(this.key, JSON.stringify(facts));
        else sessionStorage.removeItem(this.key);
      } catch { /* a browser without storage starts anew after a reload */ }
    }

    // After a reload the portal says what is here: whole files stay attached, the others go on when chosen once more.
    async restore() {
      let kept = [];
      try { kept = JSON.parse(sessionStorage.getItem(this.key) ?? "[]"); } catch { /* nothing that can be read */ }
      for (const facts of kept) {
        let state;
        try { state = await this.ask({}, this.address(facts)); } catch { continue; }
        const isThere = state.file && this.items.some((item) => item.fileId === state.file.id);
        if (isThere || (state.is_finished && !state.file)) continue;
        const item = this.appended({ ...facts, received: state.received, state: "again" });
        if (state.file) Object.assign(item, { state: "done", fileId: state.file.id, name: state.file.name, sizeShown: state.file.size_shown });
        this.draw(item);
      }
      if (kept.length) this.changed();
    }
  }

  const start = (within) => {
    const roots = within.matches?.("[data-uploader]") ? [within] : within.querySelectorAll("[data-uploader]");
    for (const root of roots) {
      if (known.has(root)) continue;
      known.add(root);
      new Uploader(root);
    }
  };
  start(document);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
  // A file dropped beside the form would replace the page, and with it what was typed.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => {
      if (carriesFiles(event) && document.querySelector("[data-uploader]")) event.preventDefault();
    });
  }
})();
