// Try an address of the API with a token that stays in this page's memory.
(() => {
  "use strict";
  const box = document.querySelector("[data-try-token]");
  if (!box) return;
  const token = box.querySelector("input");

  const address = (form) => {
    let path = form.dataset.path;
    for (const part of form.querySelectorAll("[data-part]")) {
      path = path.replace(`{${part.dataset.part}}`, encodeURIComponent(part.value.trim()));
    }
    const query = form.querySelector("[data-query]");
    return query && query.value.trim() ? `${path}?${query.value.trim().replace(/^\?/, "")}` : path;
  };

  const pretty = (text) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text.slice(0, 20000);
    }
  };

  const tell = (form, status, text) => {
    const answer = form.querySelector("[data-answer]");
    answer.querySelector("[data-status]").textContent = status;
    answer.querySelector("[data-text]").textContent = text;
    answer.querySelector("[data-text]").hidden = !text;
    answer.hidden = false;
  };

  const send = async (form) => {
    const body = form.querySelector("[data-body]");
    const headers = { Authorization: `Bearer ${token.value.trim()}`, "Accept-Language": document.documentElement.lang };
    if (body) headers["Content-Type"] = "application/json";
    const began = performance.now();
    const response = await fetch(address(form), {
      method: form.dataset.try, headers, body: body ? body.value : undefined, credentials: "omit",
    });
    const kind = response.headers.get("Content-Type") || "";
    const text = kind.startsWith("application/json") ? pretty(await response.text()) : kind;
    tell(form, `${response.status} · ${Math.round(performance.now() - began)} ms`, text);
  };

  for (const form of document.querySelectorAll("[data-try]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = form.querySelector("[data-answer]");
      if (!token.value.trim()) {
        tell(form, answer.dataset.missing, "");
        token.focus();
        return;
      }
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        await send(form);
      } catch {
        tell(form, answer.dataset.lost, "");
      }
      button.disabled = false;
    });
  }

  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  window.addEventListener("hashchange", open);
  open();
})();
