// Uploading a list and watching it come in. Both work without this file.
"use strict";

(() => {
  const say = (words) => window.p2ptext && window.p2ptext.say(words);

  // A number every second would talk over everything else: four times in all.
  const quarters = (speak) => {
    let spoken = 0;
    return (percent) => {
      if (percent < spoken + 25) return;
      spoken = percent - (percent % 25);
      speak(spoken);
    };
  };

  // Uploading. The form is looked for each time: after a refusal it is a new one.
  const part = (form, name) => form.querySelector(`[data-upload-${name}]`);
  const fileField = (form) => form.querySelector("input[type=file]");

  const fault = (form, words) => {
    const place = part(form, "fault");
    place.hidden = !words;
    place.textContent = words;
    if (words) say(words);
  };

  // A file over the limit is told at once, not after minutes of uploading.
  const tooLarge = (form) => {
    const file = fileField(form).files[0];
    const most = Number(form.dataset.mostBytes);
    const over = Boolean(file && file.size > most);
    fault(form, over ? `The file is larger than ${Math.floor(most / 1048576)} MB. Split it into several files.` : "");
    return over;
  };

  const lock = (form, locked) => {
    form.dataset.uploading = locked ? "yes" : "";
    part(form, "progress").hidden = !locked;
    const button = form.querySelector("button[type=submit]");
    if (locked) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  };

  // The same page came back with what is to be put right. A browser keeps no chosen file; here it
  // is kept, so that 200 MB need not be looked for again.
  const showAgain = (form, page) => {
    const main = page && page.querySelector("main");
    if (!main || !main.querySelector("[data-upload]")) {
      // An error page: its words are enough, and what was typed stays.
      const words = main ? [...main.querySelectorAll("h1, p:not(:has(a))")].map((one) => one.textContent.trim()) : [];
      fault(form, words.join(". ").replaceAll("..", ".") || "Something went wrong. Reload this page and try again.");
      return;
    }
    const files = fileField(form).files;
    document.title = page.title;
    document.querySelector("main").replaceWith(main);
    const field = main.querySelector("[data-upload] input[type=file]");
    const note = main.querySelector("[data-file-again]");
    if (field && files.length) field.files = files;
    if (note) note.remove();
    const summary = main.querySelector("[data-error-summary]");
    (summary || main).focus();
  };

  const upload = (form) => {
    const request = new XMLHttpRequest();
    const bar = part(form, "progress").querySelector("progress");
    const words = part(form, "words");
    const speak = quarters((percent) => say(`${percent} percent uploaded`));
    const here = window.location.href.split("#")[0];
    lock(form, true);
    fault(form, "");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = total ? Math.floor((100 * loaded) / total) : 0;
      bar.value = percent;
      words.textContent = percent < 100 ? `Uploading, ${percent}%` : "Uploaded, one moment";
      speak(percent);
    });
    request.addEventListener("load", () => {
      if (request.responseURL !== here) {
        window.location.assign(request.responseURL);
        return;
      }
      lock(form, false);
      showAgain(form, request.response);
    });
    request.addEventListener("error", () => {
      lock(form, false);
      fault(form, "The upload broke off. Check your connection and press Upload again.");
    });
    request.open("POST", here);
    request.responseType = "document";
    request.send(new FormData(form));
  };

  document.addEventListener("change", ({ target }) => {
    const form = target.closest("[data-upload]");
    if (form && target.type === "file") tooLarge(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-upload]")) return;
    event.preventDefault();
    if (!form.dataset.uploading && !tooLarge(form)) upload(form);
  }, true);
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-upload]").forEach((form) => lock(form, false));
  });

  // Watching.
  const panel = document.querySelector("[data-import]");
  if (!panel) return;
  const words = panel.querySelector("[data-import-words]");
  const detail = panel.querySelector("[data-import-detail]");
  const bar = panel.querySelector("[data-import-bar]");
  const speak = quarters((percent) => say(`${percent} percent read`));

  const show = (state) => {
    if (words.textContent !== state.words) {
      words.textContent = state.words;
      say(state.words);
    }
    detail.textContent = state.detail;
    if (state.percent === null) {
      bar.removeAttribute("value");
    } else {
      bar.value = state.percent;
      speak(state.percent);
    }
  };

  const look = async () => {
    try {
      const answer = await fetch(panel.dataset.import, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const state = await answer.json();
      if (state.over) {
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
