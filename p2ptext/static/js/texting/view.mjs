// What the person sees: the card, the state, the line beside Undo, the button.

import { goesWith } from "../goes_with.mjs";
import { deck, nameOf } from "./deck.mjs";
import { HOLD_AT, outbox, pace } from "./outbox.mjs";
import { screen_, server } from "./server.mjs";
import { say } from "./speech.mjs";
import { endsWords, opensWords, troubleWords } from "./words.mjs";

const CALM_MS = 600; // a card that came up by itself cannot be sent sooner

const $ = (id) => document.getElementById(id);

const withWords = ({ media }) => (media ? `. With it goes: ${media.description}` : "");

/** What only this page knows. */
export const page = {
  special: "", // a state of this page alone: signed_out, removed, elsewhere, offline, updated
  specialWords: "",
  last: null, // what the line beside Undo speaks of: a tap, or {words}
  sent: [], // the latest taps, newest last; undo walks back through them
};

export const undoable = () =>
  page.sent.findLast((tap) => tap.state === "leaving" || (tap.state === "held" && performance.now() < tap.until));

export const view = {
  due: false,
  shown: null, // the card on the screen
  calmUntil: 0,
  state: "",
  trouble: "",
  ticker: 0,
  wantsFocus: false,

  /** A card took the screen: after the person's own tap, or by itself. */
  cardCame(own) {
    if (!own) this.calmUntil = performance.now() + CALM_MS;
    this.paint();
    if (own && deck.current && localStorage.getItem("speak") === "yes") {
      const { sent, total } = server.progress;
      say("card", `${sent + outbox.taps.length} of ${total}. To ${nameOf(deck.current)}: ${deck.current.text}${withWords(deck.current)}`);
    }
  },

  stateNow() {
    if (page.special && !(page.special === "offline" && deck.current)) return page.special;
    if (deck.current) return "ready";
    if (outbox.taps.length) return "finishing";
    return server.state === "ready" ? "loading" : server.state;
  },

  /** Paints once after everything that happens in this moment, unless something paints before. */
  paintSoon() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => { if (this.due) this.paint(); });
  },

  paint() {
    this.due = false;
    const state = this.stateNow();
    if (state === "ready") this.paintCard();
    this.paintState(state);
    this.paintProgress(state);
    this.paintTrouble();
    this.paintLast();
    this.paintSend(state);
  },

  paintCard() {
    const card = deck.current;
    const key = `${card.id} ${card.hash} ${card.local_time}`;
    if (this.shown === key) return;
    const other = !this.shown?.startsWith(`${card.id} ${card.hash}`);
    this.shown = key;
    $("to").textContent = nameOf(card);
    $("where").textContent = [card.place, card.local_time && `${card.local_time} there`].filter(Boolean).join(", ");
    $("text").textContent = card.text;
    if (other) requestAnimationFrame(() => { $("text").scrollTop = 0; }); // with the layout, not before it
    $("goes-with").hidden = !card.media;
    if (other || !card.media) $("goes-with").replaceChildren(...(card.media ? [goesWith(card.media)] : []));
    $("parts").hidden = card.segments < 2;
    $("parts").textContent = card.segments < 2 ? "" : `Goes out as ${card.segments} text messages.`;
    $("look-again").hidden = !card.again;
    $("look-again-words").textContent = card.again ? "The wording changed. Please look again before you send." : "";
    $("send-words").replaceChildren(card.to ? "Send to " : "Send");
    if (card.to) {
      const whom = document.createElement("bdi");
      whom.textContent = card.to;
      $("send-words").append(whom);
    }
  },

  paintState(state) {
    const panel = this.panel(state);
    if (panel) {
      const words = state === page.special ? page.specialWords : state === server.state ? server.words : "";
      if (words) panel.querySelector("[data-words]").textContent = words;
      const opens = panel.querySelector("[data-opens]");
      opens.hidden = !(server.opensAt && state === server.state);
      if (!opens.hidden) opens.textContent = opensWords(server.opensAt);
    }
    if (state !== this.state) this.enter(state, panel);
  },

  /** The panel of a state, or the one for states this page has no words of its own for. */
  panel(state) {
    if (state === "ready") return null;
    return document.querySelector(`[data-state="${state}"]`) ?? document.querySelector('[data-state="closed"]');
  },

  enter(state, panel) {
    const from = this.state;
    const hadFocus = [$("send"), $("skip")].includes(document.activeElement);
    this.state = state;
    this.calmUntil = performance.now() + CALM_MS; // the thumb still beats; what is under it changed
    const ready = state === "ready";
    for (const id of ["card", "send", "skip"]) $(id).hidden = !ready;
    document.querySelectorAll("[data-state]").forEach((element) => { element.hidden = element !== panel; });
    document.querySelectorAll("[data-action]").forEach((element) => { element.hidden = element.dataset.action !== panel?.dataset.state; });
    if (!from || !panel) {
      const free = document.activeElement === document.body || document.activeElement.closest(".state");
      if (from && this.wantsFocus && free) $("send").focus({ preventScroll: true });
      this.wantsFocus = false;
    } else if (hadFocus || this.wantsFocus) {
      this.wantsFocus = true;
      panel.querySelector("h2").focus();
    } else if (!["loading", "finishing"].includes(state)) {
      say("state", `${panel.querySelector("h2").textContent}. ${panel.querySelector("[data-words]").textContent}`);
    }
  },

  paintProgress(state) {
    const { sent, total } = server.progress;
    // What waits without a connection is told beside it, and has not been sent.
    const leaving = pace.trouble === "network" ? 0 : outbox.taps.length;
    const done = Math.min(sent + leaving, total || 0);
    $("bar").max = total || 1;
    $("bar").value = done;
    $("count").textContent = `${done} of ${total} sent`;
    $("ends").textContent = state === "ready" ? endsWords() : "";
  },

  paintTrouble() {
    const words = troubleWords(pace.trouble, outbox.taps.length);
    if (this.trouble !== pace.trouble && (words || this.trouble === "network")) {
      if (!["pace", "kept", "signed_out"].includes(pace.trouble)) say("trouble", words || "Connected again.");
      this.trouble = words ? pace.trouble : "";
    }
    if (!words) this.trouble = "";
    $("trouble").textContent = words;
    $("trouble").hidden = !words;
  },

  paintLast() {
    const tap = undoable();
    const left = tap?.state === "held" ? Math.ceil((tap.until - performance.now()) / 1000) : 0;
    if (page.last?.state === "held" && performance.now() >= page.last.until) page.last.state = "gone";
    $("last").textContent = this.lastWords(tap);
    const stays = document.activeElement === $("undo"); // never pull a button from under the focus
    $("undo").hidden = !tap && !stays;
    $("undo-left").textContent = left || "";
    $("undo-whom").textContent = tap ? ` sending to ${nameOf(tap.card)}` : ", too late now";
    $("undo").setAttribute("aria-disabled", String(!tap));
  },

  lastWords(tap) {
    const last = page.last;
    // After a skip or an undo the button is about the text before: the line says whose.
    if (last?.words) return last.words + (tap ? `. Before: ${nameOf(tap.card)}` : "");
    const to = last?.card && nameOf(last.card);
    return { leaving: `Sending to ${to}`, held: `Sent to ${to}`, gone: `Sent to ${to}`, undoing: "Undoing" }[last?.state] ?? "";
  },

  paintSend(state) {
    const held = outbox.full;
    $("send").setAttribute("aria-disabled", String(held));
    screen_.classList.toggle("is-held", held);
    if (held && state === "ready") {
      this.shown = null;
      $("send-words").textContent = `Wait: ${HOLD_AT} texts have not left yet`;
    } else if (state === "ready" && this.shown === null) {
      this.paintCard();
    }
  },

  /** Counts down beside Undo for as long as there is something to undo. */
  ticking() {
    clearInterval(this.ticker);
    this.paint();
    this.ticker = setInterval(() => {
      this.paintLast();
      if (!undoable()) clearInterval(this.ticker);
    }, 250);
  },
};
