// What a person does with a card: send, skip, take back, try again. And what the server makes of it.

import { busy, enter, fetchCards, refillSoon, replies } from "./cards.mjs";
import { pause } from "./clock.mjs";
import { deck, nameOf } from "./deck.mjs";
import { ask } from "./net.mjs";
import { HOLD_AT, outbox } from "./outbox.mjs";
import { server, urls } from "./server.mjs";
import { say } from "./speech.mjs";
import { tray } from "./tray.mjs";
import { page, undoable, view } from "./view.mjs";

const AGAIN_MS = 500;
const SKIP_WAITS_MS = [0, 1000, 2000, 4000];

// Refusals that say something about every card in the hand, and those after which the same person
// may come up again. All others end with this one card.
const CONCERNS_ALL = new Set(["not_yours", "hours_closed", "paused", "archived", "no_number", "carrier_slow"]);
const MAY_COME_AGAIN = new Set([...CONCERNS_ALL, "card_expired", "click_expired", "cap_reached", "in_review", "wording_changed"]);

const heldBack = () => say("held", `Not sent. ${HOLD_AT} texts have not left yet; wait until one has.`);

const put = (card) => {
  page.last = { card, state: "leaving" };
  const tap = outbox.put(card);
  page.last = tap;
  page.sent.push(tap);
  if (page.sent.length > HOLD_AT) page.sent.shift();
};

export const send = () => {
  if (!deck.current || page.special) return;
  if (outbox.full) {
    heldBack();
    return;
  }
  const card = deck.current;
  deck.next();
  put(card);
  tray.settle(card.id);
  view.cardCame(true);
  refillSoon();
};

/** The same token once more, by a new press in the tray. If the first attempt did arrive after all,
    the server counts both as one. */
export const tryAgain = (item) => {
  if (outbox.full) {
    heldBack();
    return;
  }
  tray.remove(item);
  tray.open(tryAgain);
  deck.pull(item.card.id);
  put(item.card);
  view.cardCame(false);
  refillSoon();
};

export const acknowledged = (tap, data) => {
  tap.message = data.message;
  tap.until = performance.now() + (data.undo_ms ?? 0);
  tap.state = tap.wantsUndo ? "undoing" : data.undo_ms ? "held" : "gone";
  server.progress = { ...server.progress, sent: server.progress.sent + 1 };
  if (data.waiting !== undefined) replies(data.waiting);
  if (tap.wantsUndo) undo(tap);
  else view.ticking();
  if (!deck.current && !outbox.taps.length) fetchCards();
};

/** The server said no, and why. Words first; then the deck is put right. */
export const refused = (tap, status, data) => {
  const code = data.code ?? "";
  tap.state = "refused"; // nothing is left to undo
  if (page.last === tap) page.last = null;
  if (code === "wording_changed" && data.card) {
    deck.lookAgain(data.card);
    view.cardCame(false);
    say("again", `The wording changed, nothing was sent. Please look again: ${data.card.text}`, true);
    fetchCards();
    return;
  }
  tray.add(tap.card, data.words || "The server did not take it.");
  if (status === 403) {
    enter("removed", data.words);
    return;
  }
  if (MAY_COME_AGAIN.has(code)) deck.forget(tap.card.id);
  // The whole hand is in doubt: it may be somebody else's now, or the hours may be over.
  if (CONCERNS_ALL.has(code)) deck.clear();
  deck.exhausted = false;
  fetchCards();
};

export const expired = (tap, unsure) => {
  if (page.last === tap) page.last = null;
  deck.forget(tap.card.id);
  tray.add(tap.card, unsure
    ? "No answer within 60 seconds of your tap. If it did not leave, the card comes up again."
    : "It could not leave within 60 seconds of your tap. The card comes up again.", Boolean(tap.card.to));
};

export const signedOut = () => enter("signed_out");

export const skip = async () => {
  if (!deck.current || page.special) return;
  const card = deck.current;
  deck.next();
  page.last = { words: `Skipped ${nameOf(card)}` };
  view.cardCame(true);
  busy.count += 1;
  let answer = { status: 0 };
  for (const wait of SKIP_WAITS_MS) {
    if (wait) await pause(wait);
    answer = await ask(urls.skipUrl, { token: card.token });
    if (answer.status && answer.status < 500 && answer.status !== 429) break;
  }
  busy.count -= 1;
  // Not taken: the card is still in the hand and comes up again, which loses nothing.
  if (answer.status !== 200) deck.forget(card.id);
  if (answer.status === 401) enter("signed_out");
  refillSoon();
  view.paint();
};

export const undo = async (tap) => {
  if (!tap) return;
  if (tap.state === "leaving") {
    await undoUnsent(tap);
    return;
  }
  tap.state = "undoing";
  page.last = tap;
  busy.count += 1;
  view.paint();
  let answer = await ask(urls.undoUrl, { message: tap.message });
  while ((answer.status === 0 || answer.status >= 500) && performance.now() < tap.until) {
    await pause(AGAIN_MS);
    answer = await ask(urls.undoUrl, { message: tap.message });
  }
  busy.count -= 1;
  if (answer.status === 200) {
    server.progress = { ...server.progress, sent: Math.max(0, server.progress.sent - 1) };
    undone(tap);
  } else {
    tap.state = "gone";
    page.last = { words: answer.data.words || (answer.status === 409 ? "Already on its way" : "No answer; it may have left") };
    say("undo", `Not undone. ${page.last.words}`);
  }
  view.paint();
};

const undoUnsent = async (tap) => {
  page.last = tap;
  tap.state = "undoing";
  if (tap.abort || tap.unsure) {
    tap.wantsUndo = true; // its attempt is on the wire: undo as soon as the server has named it
    view.paint();
    return;
  }
  await outbox.take(tap); // said only when no reload can bring it back
  undone(tap);
  outbox.pump();
};

const undone = (tap) => {
  tap.state = "undone";
  page.last = { words: `Undone: not sent to ${nameOf(tap.card)}` };
  say("undo", `${page.last.words}. The card comes up again.`);
  deck.forget(tap.card.id); // its token is spent; the server hands out a new card
  fetchCards();
};

export const undoLast = () => undo(undoable());
