// The first message's preview follows the typing. The server renders it, so that what is shown is
// what leaves; without this file the Preview button does the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-preview]");
  const panel = document.getElementById("preview");
  const box = form.querySelector("textarea");
  const button = form.querySelector("[data-preview-now]");
  button.hidden = true;

  let asked = 0;
  const refresh = async (action) => {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("action", action);
    const answer = await fetch(form.dataset.preview, {
      method: "POST", body, headers: { Accept: "application/json" },
    }).catch(() => null);
    // Only the latest question counts; a failed one leaves the button to ask with.
    if (mine !== asked) return;
    if (!answer || !answer.ok) {
      button.hidden = false;
      return;
    }
    const shown = await answer.json();
    if (mine !== asked) return;
    const focused = panel.contains(document.activeElement) ? document.activeElement.value : null;
    panel.innerHTML = shown.html; // the server's own page part, escaped there
    if (focused !== null) {
      const again = [...panel.querySelectorAll("button")].find((one) => one.value === focused);
      if (again) again.focus();
    }
  };

  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh("preview"), 300);
  };
  box.addEventListener("input", later);

  form.addEventListener("click", (event) => {
    const move = event.target.closest("[data-preview-move]");
    if (move) {
      event.preventDefault();
      clearTimeout(timer);
      refresh(move.value);
    }
    const field = event.target.closest("[data-insert]");
    if (field) {
      box.setRangeText(field.dataset.insert, box.selectionStart, box.selectionEnd, "end");
      box.focus();
      later();
    }
  });
})();
