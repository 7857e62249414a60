// The question of the script: one press on an answer saves it at once and offers the next words; a
// second press on the same takes it away. What could not be saved goes back, in words.

import { say } from "../texting/speech.mjs";
import { fill, isEmpty } from "./composer.mjs";
import { post, wordsOf } from "./net.mjs";
import { refresh } from "./thread.mjs";

const press = (form, key) => form.querySelectorAll("[data-answer]").forEach((chip) => {
  const on = chip.dataset.answer === key;
  chip.setAttribute("aria-pressed", String(on));
  chip.value = on ? "" : chip.dataset.answer;
});

const saying = (form, words) => {
  let line = form.querySelector(".saved");
  if (!line) {
    line = document.createElement("span");
    line.className = "saved";
    form.querySelector(".asked").append(line);
  }
  line.textContent = words;
};

let turn = 0;

const answer = async (form, chip) => {
  const mine = ++turn;
  const was = form.querySelector('[aria-pressed="true"]')?.dataset.answer ?? "";
  const key = chip.value;
  const step = form.elements.step.value;
  press(form, key);
  const { status, data } = await post(form.action, { step, answer: key });
  if (mine !== turn) return; // pressed again meanwhile: the newest counts
  if (status !== 200) {
    const words = `Not saved. ${wordsOf({ status, data })}`;
    press(form, was);
    saying(form, words);
    say("answer", words, true);
    return;
  }
  say("answer", data.words ?? (key ? `Saved: ${chip.textContent.trim()}` : "Answer removed"));
  const [offer] = data.offered ?? [];
  await refresh();
  if (offer && key && isEmpty()) fill(offer.text, offer.offer, false);
};

export const startChips = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-question]");
    if (!form) return;
    event.preventDefault();
    answer(form, event.submitter);
  }, true);
};
