// The texting screen: one card, one button, as fast as a thumb.
//
//   deck    the cards in the hand; cards brings new ones from the server
//   deeds   send, skip, undo, try again, and what the server makes of them
//   outbox  taps that the server has not acknowledged; kept holds their tokens across a reload
//   view    what the person sees, speech what they hear, tray what did not leave
//
// The form in the page does the same without script.

import { enter, fetchCards, heartbeat, received, refillSoon, replies } from "./cards.mjs";
import { age, stamp } from "./clock.mjs";
import { deck } from "./deck.mjs";
import { acknowledged, expired, refused, send, signedOut, skip, tryAgain, undoLast } from "./deeds.mjs";
import { calmActions, onGesture, onKeys, watchPointers } from "./gestures.mjs";
import { drop, kept } from "./kept.mjs";
import { LIFE_MS, outbox, pace } from "./outbox.mjs";
import { latestServerNow, screen_, server, serverNow, urls } from "./server.mjs";
import { say } from "./speech.mjs";
import { holdTab } from "./tab.mjs";
import { tray } from "./tray.mjs";
import { page, view } from "./view.mjs";

const HEARTBEAT_MS = 60_000;

const $ = (id) => document.getElementById(id);
const whose = `${urls.person} ${window.location.pathname}`;

const buttons = () => {
  onGesture($("send"), send);
  onGesture($("skip"), skip);
  watchPointers("#send, #skip");
  // The forms were for pages without script. Empty, they could send nothing whoever submits them.
  screen_.querySelectorAll(".send-form, .skip-form").forEach((form) => {
    form.querySelectorAll("input").forEach((input) => input.remove());
    form.addEventListener("submit", (event) => event.preventDefault());
  });
  $("undo").addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    undoLast();
    $("send").focus({ preventScroll: true });
  });
  $("undo").addEventListener("blur", () => view.paintLast());
  $("tray-open").addEventListener("click", () => tray.open(tryAgain));
  $("help-open").addEventListener("click", () => $("help").showModal());
  document.querySelectorAll("[data-again]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      fetchCards();
    });
  });
  calmActions("[data-action]");
  const speak = $("speak");
  speak.checked = localStorage.getItem("speak") === "yes"; // a choice, nothing about anybody
  speak.addEventListener("change", () => localStorage.setItem("speak", speak.checked ? "yes" : "no"));
};

const keys = () => onKeys({
  KeyZ: { chord: true, act: undoLast },
  Slash: { chord: true, shift: true, act: () => $("help").showModal() },
  KeyN: { act: skip },
  KeyR: { act: () => { window.location.href = $("replies-link").href; } },
});

const world = () => {
  window.addEventListener("online", () => {
    pace.tryNow();
    outbox.pump();
    fetchCards();
  });
  window.addEventListener("beforeunload", (event) => {
    // Where the way on is another page, what waits is kept for it.
    if (outbox.taps.length && !["signed_out", "updated"].includes(page.special)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    outbox.pump();
    heartbeat();
    if (page.special !== "elsewhere") fetchCards(); // tokens and local times have aged
  });
  document.addEventListener("p2ptext:waiting", ({ detail }) => {
    replies(detail.waiting);
    if (detail.not_sent > server.notSent) say("not sent", "A text of yours did not arrive. The list \"Not sent\" says why.");
    server.notSent = detail.not_sent;
    tray.paint();
  });
  setInterval(heartbeat, HEARTBEAT_MS);
};

/** What was tapped before a reload leaves now, or is told. */
const resume = async () => {
  const asked = stamp();
  const rows = (await kept(whose, latestServerNow())).map((row) => ({ ...row, age: row.age + age(asked) }));
  const late = rows.filter((row) => row.age < 0 || row.age >= LIFE_MS); // before it was made: no clock to trust
  for (const { id, token, hash } of late) {
    drop(token);
    expired({ card: { id, to: "", ...deck.find(id), token, hash } }, true);
  }
  const living = rows.filter((row) => !late.includes(row));
  outbox.resume(living.map(({ id, token, hash, age: ago }) => ({ card: { id, to: "", ...deck.pull(id), token, hash }, age: ago })));
  if (living.length) view.cardCame(false);
};

let resumed = null;

const here = () => {
  if (page.special === "elsewhere") {
    page.special = "";
    fetchCards();
  }
  resumed ??= resume();
};

const start = () => {
  const given = JSON.parse($("deck").textContent);
  outbox.begin({
    sendUrl: urls.sendUrl, whose, serverNow, acknowledged, refused, expired, signedOut, changed: () => view.paintSoon(),
  });
  server.waiting = given.waiting;
  received(given, true);
  view.paint();
  view.calmUntil = 0; // the page came with this card on it
  $("help-open").hidden = false;
  buttons();
  keys();
  world();
  holdTab($("here-instead"), here, () => enter("elsewhere"));
  refillSoon();
};

start();
