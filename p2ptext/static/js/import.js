// Uploading a list and watching it come in. Both work without this file.
"use strict";

(() => {
  const say = (words) => window.p2ptext && window.p2ptext.say(words);

  // A file over the limit is told at once, not after minutes of uploading.
  const form = document.querySelector("[data-upload]");
  if (form) {
    const fault = form.querySelector("[data-upload-fault]");
    const most = Number(form.dataset.mostBytes);
    const tooLarge = () => {
      const file = form.querySelector("input[type=file]").files[0];
      const over = Boolean(file && file.size > most);
      fault.hidden = !over;
      fault.textContent = over
        ? `The file is larger than ${Math.floor(most / 1048576)} MB. Split it into several files.`
        : "";
      if (over) say(fault.textContent);
      return over;
    };
    form.addEventListener("change", tooLarge);
    form.addEventListener("submit", (event) => {
      if (tooLarge()) event.preventDefault();
    }, true);
  }

  const panel = document.querySelector("[data-import]");
  if (!panel) return;
  const words = panel.querySelector("[data-import-words]");
  const bar = panel.querySelector("[data-import-bar]");
  let spoken = 0;

  const show = ({ status, rows, bytes, size }) => {
    const percent = size ? Math.floor((100 * bytes) / size) : 0;
    bar.value = percent;
    if (status === "running") {
      words.textContent = percent >= 100
        ? "All rows are read. Sorting out duplicates and cutting batches"
        : `${rows.toLocaleString("en-US")} rows read`;
    }
    // Four times in all: a number every second would talk over everything else.
    if (percent >= spoken + 25) {
      spoken = percent - (percent % 25);
      say(`${spoken} percent read`);
    }
  };

  const look = async () => {
    try {
      const answer = await fetch(panel.dataset.import, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (state.status === "done" || state.status === "refused") {
        window.location.reload();
        return;
      }
      show(state);
      setTimeout(look, 1000);
    } catch {
      setTimeout(look, 5000);
    }
  };
  setTimeout(look, 1000);
})();
