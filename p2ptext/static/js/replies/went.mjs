// "Sent to Maria" or "Closed: Maria" with the way back, for as long as there is one; it goes along to the
// next page.

import { say } from "../texting/speech.mjs";
import { draftOf, dropSent, keepDraft, keepSent, lastSent } from "./kept.mjs";
import { post, wordsOf } from "./net.mjs";
import { screen_ } from "./thread.mjs";

const STALE_MS = 20_000; // what was done longer ago is no news on another page

const $ = (id) => document.getElementById(id);
let ticking = 0;

const hide = () => {
  clearInterval(ticking);
  const away = $("went").contains(document.activeElement);
  $("undo").hidden = true;
  if (away) ($("draft") ?? $("whom") ?? $("main")).focus({ preventScroll: true });
};

const tick = () => {
  const sent = lastSent();
  const left = sent ? Math.ceil((sent.until - Date.now()) / 1000) : 0;
  if (left <= 0) {
    dropSent();
    hide();
    return;
  }
  $("undo-left").textContent = left;
};

/** Shows what was sent last, on this page or the one before. */
export const showSent = () => {
  const sent = lastSent();
  if (!sent) return;
  if (Date.now() - sent.at > STALE_MS) {
    dropSent();
    return;
  }
  const open = sent.until > Date.now();
  $("went").hidden = false;
  $("went-words").textContent = sent.words;
  $("undo").hidden = !open;
  $("undo-whom").textContent = ` ${sent.whose}`;
  say("went", sent.words);
  clearInterval(ticking);
  if (open) {
    tick();
    ticking = setInterval(tick, 250);
  } else {
    dropSent();
  }
};

export const clearSent = () => {
  clearInterval(ticking);
  dropSent();
  $("went").hidden = true;
};

/** Remembers a text for the line. `undoMs` 0: it cannot be taken back. */
export const wentOut = (message, to, text, offered, undoMs) => keepSent({
  text, offered, words: `Sent to ${to}`, whose: `the text to ${to}`, at: Date.now(), until: Date.now() + undoMs,
  back: `Taken back. ${to} got nothing.`, undo: screen_.dataset.undoUrl, fields: { message },
  conversation: screen_.dataset.conversation, url: window.location.pathname,
});

/** Remembers that no reply was needed. */
export const closed = ({ words, to, undo, undo_ms }) => keepSent({
  words, whose: `closing ${to}`, at: Date.now(), until: Date.now() + undo_ms, back: `Open again: ${to}.`,
  undo: screen_.dataset.reopenUrl, fields: { undo }, url: window.location.pathname,
});

/** A line about something that cannot be taken back, such as an opt-out. */
export const told = (words) => keepSent({ words, at: Date.now(), until: 0, whose: "" });

// `draft` is the server's, the text taken back and what was saved since; what was typed and not saved comes after it.
const giveBack = ({ conversation, text, offered }, draft) => {
  const kept = draftOf(conversation);
  const typed = kept && !kept.saved ? kept.text.trim() : "";
  const all = !typed || draft.includes(typed) ? draft : `${draft}\n\n${typed}`;
  keepDraft(conversation, { text: all, offered: all === text ? offered : "", saved: all === draft });
};

const undo = async () => {
  const sent = lastSent();
  if (!sent) return;
  hide();
  const answer = await post(sent.undo, sent.fields);
  dropSent();
  if (answer.status === 200) {
    if (sent.conversation) giveBack(sent, answer.data.draft ?? sent.text);
    told(sent.back);
    window.location.assign(sent.url);
  } else {
    $("went-words").textContent = wordsOf(answer);
    say("went", wordsOf(answer), true);
  }
};

export const startWent = () => {
  $("undo").addEventListener("click", (event) => { if (event.isTrusted) undo(); });
  showSent();
};
