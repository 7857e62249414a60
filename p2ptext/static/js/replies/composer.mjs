// The box and its button. Nothing leaves without a person's own press, and each press once: an answer
// whose fate is unknown is tried again with the same token, which the server lets count once.

import { goesWith } from "../goes_with.mjs";
import { say } from "../texting/speech.mjs";
import { roomWords } from "./count.mjs";
import { drafts } from "./drafts.mjs";
import { goOn } from "./deeds.mjs";
import { post, wordsOf } from "./net.mjs";
import { afterRefresh, refresh, refreshWith, screen_, token } from "./thread.mjs";
import { clearSent, showSent, wentOut } from "./went.mjs";

const $ = (id) => document.getElementById(id);
const box = $("draft");
let busy = false;
let unsure = null; // `{token, last}` of an answer that may or may not have arrived; see attempt
let offered = { id: "", text: "" };
let despite = []; // warnings that were told once; the next press sends all the same

const offline = () => navigator.onLine === false;

// The picture that goes with the offered words is named at the end of their id.
const beside = () => {
  const media = /\.m(\d+)$/.exec(offered.id)?.[1];
  const place = $("goes-with");
  if ((place.dataset.media ?? "") === (media ?? "")) return;
  place.dataset.media = media ?? "";
  place.hidden = !media;
  if (!media) {
    place.replaceChildren();
    return;
  }
  const link = document.querySelector(`[data-offered="${offered.id}"]`);
  const without = document.createElement("button");
  without.type = "button";
  without.className = "btn";
  without.textContent = "Leave it out";
  without.addEventListener("click", () => {
    offered = { ...offered, id: offered.id.replace(/\.m\d+$/, "") };
    changed();
    box.focus();
  });
  const { kind = "image", description = "what goes with your answer" } = link?.dataset ?? {};
  place.replaceChildren(goesWith({ url: `../media/${media}`, kind, description }), without);
};

const line = () => {
  beside();
  $("left").textContent = box.value ? roomWords(box.value) : "";
  // What is in the box already need not be offered.
  document.querySelectorAll(".suggestion").forEach((link) => { link.parentElement.hidden = link.dataset.fill === box.value; });
};

const trouble = (words, again = false) => {
  $("trouble").hidden = !words;
  $("trouble-words").textContent = words;
  $("again").hidden = !again;
  if (words) say("trouble", words, true);
};

const paint = () => {
  const off = offline() || box.readOnly;
  $("answer").setAttribute("aria-disabled", String(off || busy));
  $("answer").toggleAttribute("aria-busy", busy);
  $("answer").textContent = busy ? "Sending" : "Send";
};

/** Puts words into the box. What somebody typed is never overwritten: then they come after it. */
export const fill = (text, id = "", focus = true) => {
  if (!box || box.readOnly) return;
  const typed = box.value.trim() && box.value !== offered.text;
  box.value = typed ? `${box.value.trim()} ${text}` : text;
  offered = typed ? offered : { id, text };
  $("offered").value = offered.id;
  changed();
  if (!focus) return;
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
};

export const isEmpty = () => !box || !box.value.trim() || box.value === offered.text;

const changed = () => {
  if (!box.value) offered = { id: "", text: "" };
  $("offered").value = offered.id;
  line();
  drafts.keep(box.value, offered.id, unsure);
  document.dispatchEvent(new CustomEvent("p2ptext:typing"));
};

const sent = (data) => {
  const text = box.value;
  unsure = null;
  despite = [];
  drafts.sent();
  box.value = "";
  wentOut(data.message, data.to ?? screen_.dataset.to, text, offered.id, data.undo_ms ?? 0);
  offered = { id: "", text: "" };
  trouble("");
  if (data.next_id) return goOn(data.next_id);
  line();
  showSent();
  return refresh();
};

const failed = async (answer) => {
  const { status, data } = answer;
  if (status === 0 || status >= 500) {
    unsure ??= attempted;
    drafts.keep(box.value, offered.id, unsure);
    trouble(`${wordsOf(answer)} Your words are kept here.`, true);
    return;
  }
  if (status !== 429 && status !== 401) unsure = null;
  await refreshWith(data.thread); // what is newer is read before the next press
  despite.push(...(data.warnings ?? []).map((one) => one.code));
  drafts.keep(box.value, offered.id, unsure);
  trouble(wordsOf(answer), status === 429 || status === 401);
  if (data.code === "empty") box.focus();
};

// `last`: the number of our latest line when it left; its own line has a higher one.
let attempted = null;
const attempt = () => ({ token: token()?.value ?? "", last: lastOfOurs() });

const ours = () => [...document.querySelectorAll(".bubble-out")];
const numberOf = (bubble) => Number(bubble.id.split("-").at(-1));
const lastOfOurs = () => Math.max(0, ...ours().map(numberOf));

const send = async () => {
  if (busy || box.readOnly) return;
  if (offline()) {
    trouble("No connection. Your words are kept here; send them when it is back.");
    return;
  }
  if (!box.value.trim()) {
    trouble("Write something first, or choose No reply needed.");
    box.focus();
    return;
  }
  clearSent();
  busy = true;
  paint();
  attempted = unsure ?? attempt();
  const answer = await post($("reply").action, { token: attempted.token, text: box.value, offered: offered.id, despite: despite.join(" ") });
  busy = false;
  paint();
  if (answer.status === 200 || answer.status === 202) await sent(answer.data);
  else await failed(answer);
};

// Where the thread shows that a doubtful answer had arrived after all, the box is free again.
const settle = () => {
  if (!unsure) return;
  const newer = ours().filter((bubble) => numberOf(bubble) > unsure.last);
  if (!newer.some((bubble) => bubble.querySelector(".bubble-text")?.textContent.trim() === box.value.trim())) return;
  unsure = null;
  box.value = "";
  offered = { id: "", text: "" };
  drafts.sent();
  trouble("");
  line();
  say("went", "It was sent.");
};

const listen = () => {
  const answer = $("answer");
  // Sent by a person's own press, once: not by a held key, not by a program.
  answer.addEventListener("click", (event) => { if (!event.isTrusted) event.preventDefault(); });
  answer.addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (event.isTrusted && !event.repeat) send();
  });
  $("reply").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  $("again").addEventListener("click", (event) => { if (event.isTrusted) send(); });
  box.addEventListener("input", changed);
  window.addEventListener("offline", () => {
    trouble("No connection. Your words are kept here; send them when it is back.");
    paint();
  });
  window.addEventListener("online", async () => {
    trouble("");
    paint();
    await refresh();
    settle();
    if (unsure) trouble("The connection is back. It is not known yet whether your answer arrived.", true);
  });
};

export const startComposer = () => {
  if (!box) return;
  $("reply").removeAttribute("data-once"); // it answers for itself
  box.required = false; // said in words
  const kept = drafts.begin(box);
  offered = { id: $("offered").value, text: $("offered").value ? box.value : "" };
  if (kept?.text) {
    box.value = kept.text;
    offered = { id: kept.offered ?? "", text: kept.offered ? kept.text : "" };
    unsure = kept.unsure ?? null;
    if (!kept.saved) drafts.keep(box.value, offered.id, unsure);
    settle();
  }
  afterRefresh(({ theirs }) => {
    settle();
    line();
    if (!token()) {
      box.readOnly = true; // what was written stays to be read, and copied
      paint();
    } else if (theirs && box.value.trim()) {
      trouble("They wrote again. Read it before you send.", Boolean(unsure));
    }
  });
  listen();
  line();
  paint();
  if (offline()) trouble("No connection. Your words are kept here; send them when it is back.");
};
