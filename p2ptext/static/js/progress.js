// Watching a long job: the bar and the words above it. The page works without this file.
"use strict";

(() => {
  const panel = document.querySelector("[data-progress]");
  if (!panel) return;
  const words = panel.querySelector("[data-progress-words]");
  const bar = panel.querySelector("[data-progress-bar]");
  let spoken = 0;

  const show = (state) => {
    bar.value = state.percent;
    words.textContent = state.words;
    // Four times in all: a number every second would talk over everything else.
    if (state.percent >= spoken + 25) {
      spoken = state.percent - (state.percent % 25);
      if (window.p2ptext) window.p2ptext.say(`${spoken} percent done`);
    }
  };

  const look = async () => {
    try {
      const answer = await fetch(panel.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (!state.under_way) {
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
