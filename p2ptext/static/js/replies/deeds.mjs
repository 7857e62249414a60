// The other things to do with a conversation: no reply needed, skip, opt out, pass on, ask an organizer,
// a reminder, tags. Each is a form of the page; here it goes without a reload.

import { say } from "../texting/speech.mjs";
import { post, wordsOf } from "./net.mjs";
import { refresh, screen_ } from "./thread.mjs";
import { closed, showSent, told } from "./went.mjs";

/** To the next conversation, or to the list where there is none. */
export const goOn = (id) => {
  const { listUrl } = screen_.dataset;
  window.location.assign(id ? `${listUrl}/${id}` : listUrl);
};

const trouble = (words) => {
  document.querySelectorAll("dialog[open]").forEach((sheet) => sheet.close());
  document.getElementById("trouble").hidden = false;
  document.getElementById("trouble-words").textContent = words;
  document.getElementById("again").hidden = true;
  say("trouble", words, true);
};

const fieldsOf = (form, button) => {
  const fields = new FormData(form);
  if (button?.name) fields.set(button.name, button.value);
  return fields;
};

const busy = (form, is) => form.querySelectorAll("button").forEach((one) => one.toggleAttribute("aria-busy", is));

/** Sends a form; null where it failed, in words. */
const submit = async (form, button) => {
  if (form.dataset.busy) return null;
  form.dataset.busy = "yes";
  busy(form, true);
  const answer = await post(form.action, fieldsOf(form, button));
  busy(form, false);
  delete form.dataset.busy;
  delete form.dataset.sent;
  if (answer.status === 200) return answer.data;
  trouble(wordsOf(answer));
  if (answer.status === 409) refresh();
  return null;
};

// Done with this one: the next comes up, with a line about what was done.
const andNext = async (form, button) => {
  const data = await submit(form, button);
  if (!data) return;
  if (data.undo) closed(data);
  else if (data.words) told(data.words);
  goOn(data.next_id);
};

// This one stays.
const andStay = async (form, button) => {
  const data = await submit(form, button);
  if (!data) return;
  form.reset();
  if (form.closest("dialog") && !form.matches("[data-tags]")) form.closest("dialog").close();
  if (form.matches("[data-tags], [data-ask]")) {
    if (data.words) say("deed", data.words); // the page itself shows it
  } else if (data.words) {
    told(data.words);
    showSent();
  }
  await refresh();
};

export const startDeeds = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("#reply, [data-question]")) return;
    event.preventDefault();
    (form.closest("[data-deed]") ? andNext : andStay)(form, event.submitter);
  }, true);
};
