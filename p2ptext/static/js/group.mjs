// Answering alike replies one after the other: one press of a hand sends one answer to one person.
// A key that is held down, and whatever is no press of a hand, sends nothing.
import { post, wordsOf } from "./replies/net.mjs";

const list = document.querySelector("[data-group]");

const say = (row, words, urgent = false) => {
  const place = row.querySelector("[data-said]");
  place.textContent = words;
  place.hidden = false;
  window.p2ptext?.say(words, urgent);
};

/** One less waits, or one more: the page's heading, and the card of whom it is. */
const count = (row, by) => {
  const place = document.querySelector("[data-people]");
  const people = Number(place.dataset.people) + by;
  place.dataset.people = people;
  place.textContent = people === 1 ? "1 person waits" : `${people.toLocaleString("en-US")} people wait`;
  row.querySelector("[data-waits]").hidden = by < 0;
};

/** The next person who can be answered, else the page's heading stays where it is. */
const goOn = (row) => {
  for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
    const button = next.querySelector("[data-answer] button");
    if (button && !button.disabled) {
      button.focus();
      return;
    }
  }
};

const offerUndo = (row, form, message, ms) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = "Undo";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const heard = await post(form.action.replace(/\/reply$/, "/undo"), { message });
    button.remove();
    if (heard.status === 200) {
      count(row, 1);
      say(row, "Taken back. Load the page again to answer.");
    } else {
      say(row, wordsOf(heard), true);
    }
  });
  form.after(button);
  setTimeout(() => button.remove(), ms);
};

const send = async (form) => {
  const row = form.closest("[data-one]");
  const button = form.querySelector("button");
  button.disabled = true;
  goOn(row);
  const heard = await post(form.action, new FormData(form));
  if (heard.status === 200 || heard.status === 202) {
    say(row, `Sent to ${heard.data.to}.`);
    count(row, -1);
    form.hidden = true;
    if (heard.data.undo_ms > 0) offerUndo(row, form, heard.data.message, heard.data.undo_ms);
    return;
  }
  say(row, wordsOf(heard), true);
  // The same press again is the same answer: its token decides, so it can be pressed once more.
  button.disabled = false;
};

list?.addEventListener("keydown", (event) => {
  if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target.closest("[data-answer]")) {
    event.preventDefault();
  }
});
list?.addEventListener("click", (event) => {
  const form = event.target.closest("[data-answer] button")?.form;
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.isTrusted && event.detail < 2) send(form);
});
