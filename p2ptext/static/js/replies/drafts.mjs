// A draft is kept in this tab at once and on the server a moment later, until it was sent.

import { dropDraft, draftOf, keepDraft } from "./kept.mjs";
import { post } from "./net.mjs";
import { screen_ } from "./thread.mjs";

const PAUSE_MS = 800;
const here = screen_?.dataset;
let timer = 0;
let saved = "";

export const drafts = {
  /** The words this tab had in the box, `{text, offered, token}`, or null. */
  begin(box) {
    saved = box.value;
    return draftOf(here.conversation);
  },

  /** `token`: an answer that left with it may or may not have arrived. */
  keep(text, offered = "", token = "") {
    keepDraft(here.conversation, { text, offered, token });
    clearTimeout(timer);
    timer = setTimeout(() => this.save(text, token), PAUSE_MS);
  },

  async save(text, token) {
    if (text === saved) return;
    const { status } = await post(here.draftUrl, { text });
    if (status !== 200) return; // kept here; the next letter tries again
    saved = text;
    if (!token && draftOf(here.conversation)?.text === text && !text) dropDraft(here.conversation);
  },

  /** It was sent: nothing of it stays. The server forgets its own copy with the answer. */
  sent() {
    clearTimeout(timer);
    dropDraft(here.conversation);
    saved = "";
  },
};
