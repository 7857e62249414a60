// A quiet offer of a break after three hurtful texts in an hour or an hour of answering. It is counted
// in this tab alone: nobody is told, and nothing is kept about it anywhere else.

import { say } from "../texting/speech.mjs";
import { careOf, keepCare } from "./kept.mjs";
import { afterRefresh } from "./thread.mjs";

const HOUR_MS = 3_600_000;
const PAUSE_MS = 10 * 60_000; // who was away for ten minutes begins anew
const HURTFUL = 3;
const BREAK_MS = 5 * 60_000;

const WORDS = {
  hurtful: "Some of these texts were hard to read. A short break does good.",
  hour: "You have been answering for an hour. A short break does good.",
};

const read = () => {
  const now = Date.now();
  const care = careOf();
  const fresh = !care || now - care.last > PAUSE_MS;
  return { ...(fresh ? { began: now, hurtful: {}, calm: 0 } : care), last: now };
};

/** Why a break would do good: "hurtful", "hour" or "". */
const why = (care) => {
  const now = Date.now();
  if (now < care.calm) return "";
  if (Object.values(care.hurtful).filter((at) => now - at < HOUR_MS).length >= HURTFUL) return "hurtful";
  return now - care.began >= HOUR_MS ? "hour" : "";
};

const calm = () => {
  const care = read();
  keepCare({ ...care, began: Date.now(), hurtful: {}, calm: Date.now() + HOUR_MS });
  document.getElementById("nudge")?.remove();
};

const takeBreak = () => {
  calm();
  const until = Date.now() + BREAK_MS;
  const sheet = document.getElementById("rest");
  const left = document.getElementById("rest-left");
  const tick = () => {
    const minutes = Math.ceil((until - Date.now()) / 60_000);
    left.textContent = minutes > 0 ? `${minutes} ${minutes === 1 ? "minute" : "minutes"} left` : "Five minutes are over. Take longer if you like.";
  };
  tick();
  const timer = setInterval(tick, 10_000);
  sheet.addEventListener("close", () => clearInterval(timer), { once: true });
  sheet.showModal();
  sheet.querySelector("h2").focus();
};

const button = (words, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
};

const offer = (reason) => {
  if (document.getElementById("nudge")) return;
  const card = document.createElement("section");
  card.id = "nudge";
  card.className = "nudge";
  card.setAttribute("aria-label", "A break");
  const words = document.createElement("p");
  words.textContent = WORDS[reason];
  const ways = document.createElement("div");
  ways.className = "cluster";
  ways.append(button("Take five minutes", takeBreak), button("Go on", calm));
  card.append(words, ways);
  document.querySelector(".panel").prepend(card);
  say("nudge", words.textContent);
};

const look = () => {
  const care = read();
  document.querySelectorAll("[data-abusive]").forEach((line) => {
    care.hurtful[line.id] ??= Date.parse(line.dataset.abusive);
  });
  keepCare(care);
  const reason = why(care);
  if (reason) offer(reason);
};

export const startCare = () => {
  afterRefresh(look);
  setInterval(() => { if (!document.hidden) look(); }, 60_000);
  look();
};
