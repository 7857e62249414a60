// A draft is kept in this tab at once and on the server a moment later, until it was sent.

import { dropDraft, draftOf, keepDraft } from "./kept.mjs";
import { post } from "./net.mjs";
import { screen_ } from "./thread.mjs";

const PAUSE_MS = 800;
const here = screen_?.dataset;
let timer = 0;
let saved = "";

export const drafts = {
  /** The words this tab had in the box, `{text, offered, unsure, saved}`, or null where the server's are newer. */
  begin(box) {
    saved = box.value;
    const kept = draftOf(here.conversation);
    if (!kept?.saved || kept.text === saved) return kept;
    dropDraft(here.conversation);
    return null;
  },

  /** `unsure`: `{token, last}` of an answer that may or may not have arrived. */
  keep(text, offered = "", unsure = null) {
    keepDraft(here.conversation, { text, offered, unsure });
    clearTimeout(timer);
    timer = setTimeout(() => this.save(text), PAUSE_MS);
  },

  async save(text) {
    if (text !== saved) {
      const { status } = await post(here.draftUrl, { text });
      if (status !== 200) return; // kept here; the next letter tries again
      saved = text;
    }
    const kept = draftOf(here.conversation);
    if (kept?.text !== text || kept.unsure) return;
    if (text) keepDraft(here.conversation, { ...kept, saved: true });
    else dropDraft(here.conversation);
  },

  /** It was sent: nothing of it stays. The server forgets its own copy with the answer. */
  sent() {
    clearTimeout(timer);
    dropDraft(here.conversation);
    saved = "";
  },
};
