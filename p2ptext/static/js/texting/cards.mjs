// Brings cards from the server into the deck, and the state of things onto the screen.

import { REFILL_AT, deck } from "./deck.mjs";
import { ask } from "./net.mjs";
import { outbox, pace } from "./outbox.mjs";
import { learn, server, urls } from "./server.mjs";
import { say } from "./speech.mjs";
import { tray } from "./tray.mjs";
import { page, view } from "./view.mjs";

const RETRY_MS = 5000;

let fetching = false;
let retry = 0;

/** Skips and undos under way: what the server says meanwhile is already old. */
export const busy = { count: 0 };

/** A state that only this page knows; "" ends it. */
export const enter = (state, words = "") => {
  page.special = state;
  page.specialWords = words;
  if (state !== "offline") deck.clear();
  view.paint();
};

export const replies = (waiting) => {
  if (waiting > server.waiting) say("replies", waiting === 1 ? "1 reply waits" : `${waiting} replies wait`);
  if (waiting === server.waiting) return;
  server.waiting = waiting;
  document.dispatchEvent(new CustomEvent("p2ptext:waiting", { detail: { waiting, not_sent: server.notSent } }));
};

const takeIn = (data, fresh) => {
  learn(data, fresh);
  if (data.waiting !== undefined) replies(data.waiting);
  tray.paint();
  if (server.updated && page.special !== "elsewhere") enter("updated");
};

/** The server answers: what waits may leave, and without any the trouble is over. */
const reached = () => {
  if (outbox.taps.length) pace.tryNow();
  else pace.clear();
};

const fetchLater = () => {
  clearTimeout(retry);
  retry = setTimeout(fetchCards, RETRY_MS);
};

/** Puts what the server offers into the hand. `trust`: nothing is under way. */
export const received = (data, trust) => {
  takeIn(data, trust);
  if (page.special === "updated" || page.special === "elsewhere") return;
  if (data.state !== "ready") {
    // Texts under way may still be refused or undone; what is in the hand is not to be sent now.
    deck.clear();
    return;
  }
  deck.add(data.cards, trust && !deck.current);
  if (!deck.current) {
    deck.next();
    if (deck.current) view.cardCame(false);
    else if (!outbox.taps.length) fetchLater();
  } else if (deck.changed) {
    view.cardCame(false);
    say("again", `The wording changed. Please look again: ${deck.current.text}`, true);
  }
};

const failed = (status, data) => {
  if (status === 401) {
    enter("signed_out");
  } else if (status === 403 || status === 404) {
    enter("removed", data.words);
  } else if (!deck.current) {
    if (!page.special) enter("offline");
    fetchLater();
  }
};

export const fetchCards = async () => {
  if (fetching) {
    fetching = "again";
    return;
  }
  fetching = true;
  const quiet = !outbox.taps.length && !busy.count;
  const asked = outbox.count;
  const { status, data } = await ask(urls.cardsUrl);
  const fresh = quiet && !busy.count && asked === outbox.count;
  const more = fetching === "again";
  fetching = false;
  if (status === 200) {
    if (page.special === "offline" || page.special === "signed_out") page.special = "";
    reached();
    received(data, fresh);
  } else {
    failed(status, data);
  }
  if (more) fetchCards();
  else outbox.pump();
};

export const refillSoon = () => {
  if (!deck.current && (outbox.taps.length || busy.count)) return; // asked when the last one is settled
  if (deck.ready.length <= REFILL_AT && (!deck.exhausted || !deck.current)) fetchCards();
};

/** Keeps the batch, and hears what changed. */
export const heartbeat = async () => {
  if (document.hidden || page.special === "elsewhere") return;
  const { status, data } = await ask(urls.heartbeatUrl, {});
  if (status === 401) enter("signed_out");
  if (status === 403 || status === 404 || status === 409) fetchCards();
  if (status !== 200) return;
  const changed = data.state !== server.state;
  reached();
  takeIn(data, false);
  if (changed || !deck.current) fetchCards();
  else outbox.pump();
};
