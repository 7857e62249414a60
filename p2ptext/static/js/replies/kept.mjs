// What survives a change of page in this tab: a draft that the server has not got yet, and the text
// that was just sent, as long as it can be taken back. It belongs to one person, goes when they sign
// out, and never outlives the tab.

const DRAFT = "reply-draft ";
const SENT = "reply-sent";
const OWNER = "reply-person";

const store = {
  get(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null; // a browser that keeps nothing, or something that is not ours
    }
  },
  set(key, value) {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Nothing is kept: the server's copy has to do.
    }
  },
  drop(key) {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // There was nothing.
    }
  },
};

export const forgetAll = () => {
  try {
    Object.keys(sessionStorage).filter((key) => key.startsWith("reply-")).forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // There was nothing.
  }
};

/** Called once a page: what another person left in this tab goes. */
export const belongsTo = (person) => {
  if (store.get(OWNER) !== person) forgetAll();
  store.set(OWNER, person);
};

/** `{text, offered, unsure, saved}`; `unsure` where an answer left without anybody knowing whether it arrived,
    `saved` once the server has these words: then whatever it has later is newer. */
export const draftOf = (conversation) => store.get(DRAFT + conversation);
export const keepDraft = (conversation, draft) => store.set(DRAFT + conversation, draft);
export const dropDraft = (conversation) => store.drop(DRAFT + conversation);

/** `{words, whose, at, until}` of what was done last; where it can be undone also `{undo, fields, back, url}`,
    and of a text `{conversation, text, offered}`. */
export const lastSent = () => store.get(SENT);
export const keepSent = (sent) => store.set(SENT, sent);
export const dropSent = () => store.drop(SENT);

/** For how long somebody has been answering, and hurtful texts they read: see care.mjs. */
export const careOf = () => store.get("reply-care");
export const keepCare = (care) => store.set("reply-care", care);
