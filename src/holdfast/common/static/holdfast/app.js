/* Holdfast 守客: what every page does in the browser. No framework, no words: texts come from #hf-words. */
"use strict";
(() => {
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];
  const words = (() => { const node = document.getElementById("hf-words"); return node ? JSON.parse(node.textContent) : {}; })();
  const HF = window.HF = Object.assign(window.HF || {}, { words, ready: [], onContent(run) { HF.ready.push(run); run(document); } });
  const isTyping = (node) => node && (node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName));
  const isPhone = () => matchMedia("(max-width: 767px)").matches;

  /* ---- toasts ---- */
  HF.toast = (text, { level = "good", action = null, url = "", stay = false } = {}) => {
    const box = document.getElementById("toasts");
    if (!box) return null;
    const toast = document.createElement("div");
    toast.className = `toast-hf ${level}`;
    const icon = document.createElement("i");
    icon.className = `ti ti-${level === "good" ? "circle-check" : "alert-circle"}`;
    icon.setAttribute("aria-hidden", "true");
    const body = document.createElement("span");
    body.textContent = text;
    toast.append(icon, body);
    if (action) { const link = document.createElement("a"); link.href = url; link.textContent = action; toast.append(link); }
    toast.append(closer());
    box.append(toast);
    raise(box);
    if (!stay) setTimeout(() => toast.remove(), level === "act" ? 10000 : 5000);
    return toast;
  };
  /* toasts stand in the top layer, above an open dialog; without scripts they are a plain box at the bottom */
  function raise(box) {
    if (!box || !box.showPopover || !box.childElementCount) return;
    const home = $$("dialog[open]").pop() || document.body; /* what lies outside an open dialog cannot be clicked */
    if (box.parentElement !== home) home.append(box);
    box.popover = "manual";
    if (box.matches(":popover-open")) box.hidePopover();
    box.showPopover();
  }
  function closer() {
    const button = document.createElement("button");
    button.type = "button"; button.className = "x"; button.dataset.dismiss = ""; button.setAttribute("aria-label", words.close || "×");
    const icon = document.createElement("i"); icon.className = "ti ti-x"; icon.setAttribute("aria-hidden", "true"); button.append(icon);
    return button;
  }
  function ageToasts(root) {
    if ($("[data-toast]:not([data-aged])", root)) raise(document.getElementById("toasts"));
    $$("[data-toast]:not([data-aged])", root).forEach((toast) => {
      toast.dataset.aged = "";
      if (!toast.hasAttribute("data-stay")) setTimeout(() => toast.remove(), $("a, form", toast) ? 8000 : 5000);
    });
  }

  /* ---- CSS custom properties from data-css="--p: 58.3%; --v: 12%" (an inline style is forbidden) ---- */
  function dress(root) {
    $$("[data-css]", root).forEach((node) => {
      node.dataset.css.split(";").forEach((rule) => {
        const [name, value] = rule.split(":").map((part) => part && part.trim());
        if (name && name.startsWith("--")) node.style.setProperty(name, value);
      });
    });
  }

  /* ---- dialogs, panel, sheets: native <dialog>; focus comes back by itself ---- */
  const panel = () => document.getElementById("panel");
  HF.openPanel = async (url) => {
    const box = panel(), body = document.getElementById("panel-body");
    if (!box || !window.htmx) { location.href = url; return; }
    body.replaceChildren();
    box.showModal();
    await window.htmx.ajax("GET", url, { target: "#panel-body", swap: "innerHTML", headers: { "X-Panel": "1" } });
  };
  HF.closePanel = () => { const box = panel(); if (box && box.open) box.close(); };
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.button);
    const link = target.closest("[data-panel]");
    if (link && plain && link.href && panel()) { event.preventDefault(); closeMenus(); HF.openPanel(link.href); return; }
    const opener = target.closest("[data-open]");
    if (opener) { const box = document.getElementById(opener.dataset.open); if (box && box.showModal) { event.preventDefault(); fill(box, opener); box.showModal(); return; } }
    if (target.closest("[data-more]")) { document.getElementById("more-sheet")?.showModal(); return; }
    if (target.closest("[data-open-search]")) { openSearch(); return; }
    if (target.closest("[data-dismiss]")) { target.closest(".toast-hf, .notice")?.remove(); return; }
    const close = target.closest("[data-close]");
    if (close) { close.closest("dialog")?.close(); return; }
    if (target instanceof HTMLDialogElement && target.open && target === event.target) {
      const edge = target.getBoundingClientRect();
      const inside = event.clientX >= edge.left && event.clientX <= edge.right && event.clientY >= edge.top && event.clientY <= edge.bottom;
      if (!inside && !target.hasAttribute("data-modal")) target.close();
    }
    $$("details.hf-menu[open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
  });
  /* data-fill-NAME on the opener goes into inputs [name=NAME] and texts [data-text=NAME] of the dialog; data-action into its form */
  function fill(box, opener) {
    if (opener.dataset.action) $("form", box)?.setAttribute("action", opener.dataset.action);
    Object.entries(opener.dataset).filter(([key]) => key.startsWith("fill")).forEach(([key, value]) => {
      const name = key.slice(4).toLowerCase();
      $$(`[name="${name}"]`, box).forEach((input) => { input.value = value; });
      $$(`[data-text="${name}"]`, box).forEach((node) => { node.textContent = value; });
    });
  }
  document.addEventListener("close", (event) => { const box = document.getElementById("toasts"); if (box && event.target.contains?.(box)) { document.body.append(box); raise(box); } }, true);
  const closeMenus = () => $$("details.hf-menu[open]").forEach((menu) => { menu.open = false; });

  /* ---- search: suggestions by htmx, arrows to walk them ---- */
  function openSearch() {
    const form = $(".hf-search");
    if (!form) return;
    if (isPhone()) form.classList.add("is-open");
    const input = $("input", form);
    input.focus(); input.select();
  }
  function walkSuggestions(event) {
    const links = $$("#suggestions a");
    if (!links.length || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
    const here = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
    if (event.key === "Enter") { if (here >= 0) { event.preventDefault(); links[here].click(); } return; }
    event.preventDefault();
    const next = (here + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length;
    links.forEach((link, place) => { link.id = `hit-${place}`; link.setAttribute("aria-selected", String(place === next)); });
    event.target.setAttribute("aria-activedescendant", links[next].id);
    links[next].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("focusout", (event) => {
    const form = event.target instanceof Element && event.target.closest(".hf-search.is-open");
    if (form) setTimeout(() => { if (!form.contains(document.activeElement)) form.classList.remove("is-open"); }, 150);
  });

  /* ---- rows: j k to walk, x to select; the bar of what is selected ---- */
  const rows = () => $$("[data-row], .hf-table.is-work tbody tr").filter((row) => row.offsetParent !== null);
  let here = -1;
  function walk(step) {
    const all = rows();
    if (!all.length) return;
    here = Math.min(Math.max(here + step, 0), all.length - 1);
    all.forEach((row, place) => row.classList.toggle("is-here", place === here));
    all[here].scrollIntoView({ block: "nearest" });
    $("a.name, a", all[here])?.focus({ preventScroll: true });
  }
  function pick() {
    const box = rows()[here] && $("input[type=checkbox]", rows()[here]);
    if (box) { box.checked = !box.checked; box.dispatchEvent(new Event("change", { bubbles: true })); }
  }
  function countSelection(root) {
    const area = (root instanceof Element && root.closest("[data-selection]")) || $("[data-selection]");
    if (!area) return;
    // A row may stand twice, in the table and as a card for the phone: each value counts once.
    const each = (some) => [...new Set(some.map((box) => box.value))];
    const marks = $$("[data-select]", area), boxes = each(marks), chosen = each(marks.filter((box) => box.checked));
    marks.forEach((box) => box.closest("tr, [data-row]")?.classList.toggle("sel", box.checked));
    const all = $("[data-select-all]", area);
    if (all) { all.checked = chosen.length > 0 && chosen.length === boxes.length; all.indeterminate = chosen.length > 0 && chosen.length < boxes.length; }
    const bar = $("[data-selection-bar]", area) || $("[data-selection-bar]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const count = $("[data-selection-count]", bar);
    if (count) count.textContent = (count.dataset.words || words.selected || "{n}").replace("{n}", chosen.length);
  }
  document.addEventListener("change", (event) => {
    const node = event.target;
    if (!(node instanceof Element)) return;
    if (node.matches("[data-select-all]")) { $$("[data-select]", node.closest("[data-selection]") || document).forEach((box) => { box.checked = node.checked; }); countSelection(node); }
    if (node.matches("[data-select]")) countSelection(node);
    if (node.matches("[data-submit-on-change]")) node.form?.requestSubmit();
    if (node.matches("input[type=file]")) nameFile(node);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-selection-clear]")) return;
    $$("[data-select]:checked").forEach((box) => { box.checked = false; });
    countSelection(document.body);
  });

  /* ---- files: dropzone ---- */
  function nameFile(input) {
    const zone = input.closest(".dropzone"), label = zone && ($("[data-file-name]", zone) || $("span", zone));
    if (!label) return;
    label.dataset.empty ??= label.textContent;
    label.textContent = [...input.files].map((file) => file.name).join("  ") || label.dataset.empty;
    zone.classList.toggle("has-file", input.files.length > 0);
  }
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const zone = event.target instanceof Element && event.target.closest(".dropzone");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", kind === "dragover");
    const input = $("input[type=file]", zone);
    if (kind === "drop" && input && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
  }));

  /* ---- keys ---- */
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof Element && event.target.id === "search") {
      if (event.key === "Escape") { event.target.blur(); event.target.value = event.target.defaultValue; $("#suggestions")?.replaceChildren(); return; }
      walkSuggestions(event);
      return;
    }
    if (event.key === "Escape") { const menu = $("details.hf-menu[open]"); if (menu?.contains(document.activeElement)) $("summary", menu).focus(); closeMenus(); rows().forEach((row) => row.classList.remove("is-here")); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || $("dialog[open]")) return;
    const act = { "/": openSearch, j: () => walk(1), k: () => walk(-1), x: pick }[event.key];
    if (act) { event.preventDefault(); act(); return; }
    const key = /^[a-z]$/.test(event.key) && [...$$(`main [data-key="${event.key}"]`), ...$$(`[data-key="${event.key}"]`)].find((node) => node.offsetParent !== null || node.closest("details"));
    if (key) { event.preventDefault(); const menu = key.tagName === "SUMMARY" && key.closest("details"); if (menu) { menu.open = true; $("a, button", $(".hf-pop", menu) || menu)?.focus(); } else key.click(); }
  });

  /* ---- forms: a sent button waits, and is not sent twice; the first wrong field gets focus ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method === "get") return;
    if (form.dataset.sent && !form.hasAttribute("hx-post")) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    setTimeout(() => { if (form.dataset.sent && button && !event.defaultPrevented) { button.classList.add("is-waiting"); button.setAttribute("aria-busy", "true"); } }, 300);
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach(rest));
  function rest(form) { delete form.dataset.sent; $$(".is-waiting", form).forEach((button) => { button.classList.remove("is-waiting"); button.removeAttribute("aria-busy"); }); }
  function checkFields(root) {
    const fresh = $$(".field:not([data-seen])", root);
    fresh.forEach((field) => {
      field.dataset.seen = "";
      const error = $(".err", field), help = $(".help", field), input = $("input, select, textarea", field);
      if (!input) return;
      const told = [error && error.id, help && help.id].filter(Boolean).join(" ");
      if (told && !input.getAttribute("aria-describedby")) input.setAttribute("aria-describedby", told);
      if (error) { input.setAttribute("aria-invalid", "true"); input.classList.add("is-invalid"); }
    });
    const wrong = fresh.map((field) => $("[aria-invalid=true]", field)).find(Boolean);
    const first = $("[autofocus]:not([data-focused])", root);
    if (first) first.dataset.focused = "";
    (wrong || first)?.focus();
  }

  /* ---- htmx: token, loading after 300 ms, failures in words ---- */
  const waits = new WeakMap();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const node = event.detail.elt, target = event.detail.target;
    waits.set(event.detail.xhr, setTimeout(() => { node.classList.add("is-waiting", "is-loading"); target?.classList.add("is-stale"); target?.setAttribute("aria-busy", "true"); }, 300));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    clearTimeout(waits.get(event.detail.xhr));
    const { elt: node, target } = event.detail;
    node.classList.remove("is-waiting", "is-loading"); target?.classList.remove("is-stale"); target?.removeAttribute("aria-busy");
    if (node instanceof HTMLFormElement) rest(node);
    $$("form[data-sent]").forEach(rest);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 422 || xhr.status === 400 && xhr.getResponseHeader("HX-Retarget")) { event.detail.shouldSwap = true; event.detail.isError = false; }
    const isLogin = xhr.responseURL && /\/login\b/.test(new URL(xhr.responseURL).pathname) && !/\/login\b/.test(location.pathname);
    if (isLogin) { event.detail.shouldSwap = false; HF.toast(words.expired, { level: "watch" }); setTimeout(() => location.reload(), 900); }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail, status = xhr.status;
    const reference = xhr.getResponseHeader("X-Reference");
    const text = status === 401 ? words.expired : status === 403 ? words.forbidden : status === 404 ? words.gone : words.failed;
    HF.toast(reference ? `${text} ${words.reference} ${reference}` : text, { level: "act" });
  });
  ["htmx:sendError", "htmx:timeout"].forEach((kind) => document.addEventListener(kind, () => HF.toast(words.offline, { level: "act" })));
  document.addEventListener("htmx:afterSettle", (event) => {
    /* where the new content stands: with outerHTML the old target is gone, so take its new surroundings */
    const settled = event.target instanceof Element && event.target.isConnected ? event.target : document.body;
    const root = settled.parentElement || settled;
    HF.ready.forEach((run) => run(root));
    if (settled.id === "suggestions") { $("#search")?.setAttribute("aria-expanded", String(settled.childElementCount > 0)); return; }
    if (settled.closest("#panel")) { const title = $("h2, h3", root); if (title) title.id = "panel-title"; }
  });
  /* a part of a page that did not come says so in its place, and leads to its own page */
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((kind) => document.addEventListener(kind, (event) => {
    const node = event.detail.elt, kept = node.matches && node.matches("[data-slot]") && $("template", node);
    if (kept) node.replaceChildren(kept.content.cloneNode(true));
  }));
  /* HX-Trigger: {"toast": {"text": "…", "level": "good"}} and "closePanel" */
  document.body.addEventListener("toast", (event) => { const { text, level, action, url } = event.detail.value ? event.detail.value : event.detail; HF.toast(text, { level, action, url }); });
  document.body.addEventListener("closePanel", () => HF.closePanel());

  /* ---- a table too wide for its place scrolls in it; one that fits lets its head stick to the page ---- */
  function measure(root) {
    const boxes = $$(".tscroll", root instanceof Element && root.closest(".tscroll") ? document : root);
    boxes.forEach((box) => box.classList.remove("is-wide"));
    boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).forEach((box) => box.classList.add("is-wide"));
  }
  addEventListener("resize", () => measure(document));

  /* ---- a remembered choice of row height ---- */
  function density(root) {
    const kept = (() => { try { return localStorage.getItem("hf-rows"); } catch { return null; } })();
    $$(".hf-table.is-work", root).forEach((table) => table.classList.toggle("is-dense", kept === "dense"));
  }
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-density]")) return;
    try { localStorage.setItem("hf-rows", localStorage.getItem("hf-rows") === "dense" ? "" : "dense"); } catch { /* private window */ }
    density(document);
  });

  HF.onContent(dress); HF.onContent(ageToasts); HF.onContent(checkFields); HF.onContent(density); HF.onContent(measure); HF.onContent(countSelection);
})();
