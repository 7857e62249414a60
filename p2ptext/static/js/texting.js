// The texting screen: one card, one button, as fast as a thumb.
//
//   deck    the cards in the hand. The next one is painted from memory, never from the network.
//   outbox  taps that the server has not acknowledged. Each tap is one card token; a token is sent
//           again until the server answers, and the server lets it count once.
//   pace    when the next attempt may leave, after trouble.
//   view    what the person sees and hears.
//
// Nothing is kept outside this page's memory: no name or text rests on the phone, and when the page
// goes, what had not left comes up again as a card. The form in the page does the same without script.

const HOLD_AT = 8; // unacknowledged sends; then the button waits
const LIFE_MS = 60_000; // a tap is never delivered later than this
const REPLAY_GAP_MS = 500; // after trouble, two a second
const ANSWER_MS = 10_000; // an attempt without an answer is given up and made again
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];
const REFILL_AT = 10;
const CALM_MS = 600; // a card that came up by itself cannot be sent sooner
const HEARTBEAT_MS = 60_000;
const QUIET_MS = 3000; // between two announcements

// Refusals that say something about every card in the hand, and those after which the same person
// may come up again. All others end with this one card.
const CONCERNS_ALL = new Set(["not_yours", "hours_closed", "paused", "archived", "no_number"]);
const MAY_COME_AGAIN = new Set([...CONCERNS_ALL, "card_expired", "click_expired", "wording_changed"]);

const $ = (id) => document.getElementById(id);
const screen_ = $("texting");
const urls = screen_.dataset;
const csrf = document.querySelector('meta[name="csrf-token"]').content;

// ---------------------------------------------------------------- clock and network

// The page's own clock decides. It may stand still while a phone sleeps, so an hour on the wall
// counts as well: the older of the two, which can only make a tap expire sooner.
const stamp = () => ({ page: performance.now(), wall: Date.now() });
const age = (since) => Math.round(Math.max(performance.now() - since.page, Date.now() - since.wall, 0));

// Always an answer, never an exception. Status 0: nothing certain is known (no connection, no answer
// in time, or an answer that is not ours, as from a café's sign-in page).
const ask = async (url, body, abort = new AbortController()) => {
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  const options = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store", signal: abort.signal };
  if (body !== undefined) {
    options.method = "POST";
    options.keepalive = true; // leaves even if the page is closed at this moment
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = csrf;
  }
  try {
    const response = await fetch(url, options);
    if (response.type === "opaqueredirect") return { status: 401, data: {} };
    const text = await response.text();
    try {
      return { status: response.status, data: JSON.parse(text) };
    } catch {
      return { status: response.status < 400 ? 0 : response.status, data: {} };
    }
  } catch {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
};

// ---------------------------------------------------------------- deck

const deck = {
  current: null,
  ready: [],
  soon: new Set(), // given up or taken back: when the server offers these again, they come next
  met: new Set(), // shown, sent or on their way: the server repeats these until it knows better

  /** Takes what the server offers; says how many cards are new. `trust`: nothing is under way, so
      what the server repeats is truly unsent. */
  add(cards, trust = false) {
    let fresh = 0;
    this.changed = false; // whether the card on the screen has other words now
    for (const card of cards) {
      const place = this.ready.findIndex((other) => other.id === card.id);
      if (this.current?.id === card.id) {
        this.changed ||= this.current.hash !== card.hash;
        Object.assign(this.current, card, { again: this.changed });
      } else if (place >= 0) {
        this.ready[place] = card;
      } else if (trust || !this.met.has(card.id)) {
        if (this.soon.delete(card.id)) this.ready.unshift(card);
        else this.ready.push(card);
        fresh += 1;
      }
    }
    return fresh;
  },

  next() {
    this.current = this.ready.shift() ?? null;
    if (this.current) this.met.add(this.current.id);
  },

  /** The card may come up again. */
  forget(id) {
    this.met.delete(id);
    this.soon.add(id);
  },

  /** Hands everything back: what was prepared is not true any more. */
  clear() {
    if (this.current) this.met.delete(this.current.id);
    this.current = null;
    this.ready = [];
  },

  /** A changed card takes the place of all others, which were written with the old wording. */
  lookAgain(card) {
    this.clear();
    this.met.add(card.id);
    this.current = { ...card, again: true };
  },
};

// ---------------------------------------------------------------- pace

const pace = {
  trouble: "", // "", "network", "server" or "pace"
  step: 0,
  due: 0,

  wait() {
    return Math.max(0, this.due - performance.now());
  },

  failed(kind, retryAfter, again) {
    this.step = this.trouble && again ? Math.min(this.step + 1, BACKOFF_MS.length - 1) : this.step;
    this.trouble = kind;
    this.due = performance.now() + (retryAfter ?? BACKOFF_MS[this.step]);
  },

  succeeded() {
    this.step = 0;
    this.due = performance.now() + REPLAY_GAP_MS;
  },

  tryNow() {
    this.due = Math.min(this.due, performance.now());
  },

  clear() {
    this.trouble = "";
    this.step = 0;
  },
};

// ---------------------------------------------------------------- outbox

const outbox = {
  taps: [],
  timer: 0,
  count: 0, // how many taps there have been: an answer asked for before the last one is older than it

  get full() {
    return this.taps.length >= HOLD_AT;
  },

  put(card) {
    const tap = { card, at: stamp(), abort: null, unsure: false, state: "leaving", message: null, until: 0 };
    this.taps.push(tap);
    this.count += 1;
    if (this.taps.length === 1) pace.tryNow();
    this.pump();
    return tap;
  },

  take(tap) {
    this.taps = this.taps.filter((other) => other !== tap);
  },

  /** Starts whatever may start now, and comes back when more may. */
  pump() {
    clearTimeout(this.timer);
    this.taps.filter((tap) => age(tap.at) >= LIFE_MS).forEach((tap) => this.expire(tap));
    const idle = this.taps.filter((tap) => !tap.abort);
    if (!this.taps.length && pace.trouble !== "network") pace.clear();
    if (!pace.trouble) {
      idle.forEach((tap) => this.attempt(tap, false));
    } else if (idle.length && !this.taps.some((tap) => tap.replay)) {
      if (!pace.wait()) this.attempt(idle[0], true);
      else this.timer = setTimeout(() => this.pump(), pace.wait());
    }
    if (this.taps.length) {
      const rest = LIFE_MS - age(this.taps[0].at);
      clearTimeout(this.expiry);
      this.expiry = setTimeout(() => this.pump(), rest);
    }
    view.paint();
  },

  async attempt(tap, replay) {
    tap.abort = new AbortController();
    tap.replay = replay;
    const { token, hash } = tap.card;
    const answer = await ask(urls.sendUrl, { token, hash, age_ms: age(tap.at) }, tap.abort);
    tap.abort = null;
    tap.replay = false;
    if (!this.taps.includes(tap)) return; // it expired meanwhile
    this.answered(tap, answer, replay);
    this.pump();
  },

  answered(tap, { status, data }, replay) {
    if (status === 200 || status === 202) {
      this.take(tap);
      pace.succeeded();
      if (!this.taps.some((other) => !other.abort)) pace.clear();
      acknowledged(tap, data);
    } else if (status === 429) {
      pace.failed(data.code === "pace" ? "pace" : "server", data.retry_after_ms ?? 1000, replay);
    } else if (status === 0 || status >= 500) {
      tap.unsure ||= status === 0;
      pace.failed(status ? "server" : "network", undefined, replay);
    } else {
      this.take(tap);
      refused(tap, status, data);
    }
  },

  expire(tap) {
    this.take(tap);
    const unsure = tap.unsure || tap.abort;
    tap.state = "refused";
    tap.abort?.abort();
    deck.forget(tap.card.id);
    exhausted = false;
    notSent(tap, unsure
      ? "No answer within 60 seconds of your tap. If it did not leave, the card comes up again."
      : "It could not leave within 60 seconds of your tap. The card comes up again.");
    if (last === tap) last = null;
  },
};

// ---------------------------------------------------------------- what the person did

const server = { state: "loading", words: "", opensAt: null, closesAt: null, progress: { sent: 0, total: 0 }, waiting: 0, notSent: 0, minutes: null, since: stamp(), ahead: 0 };
const tray = []; // what was refused or expired while this page was open: {to, words}
const sentTaps = []; // newest last; undo walks back through them
let last = null; // what the line beside Undo speaks of: a tap, or {words}
let special = ""; // a state that only this page knows: signed_out, removed, elsewhere, offline
let busy = 0; // skips and undos under way
let fetching = false;
let exhausted = false; // the server has no cards beyond those we hold
let retry = 0;

const name = (card) => card.to || "this person";

const send = () => {
  if (!deck.current || special) return;
  if (outbox.full) {
    view.say("held", "Not sent. 8 texts have not left yet; wait until one has.");
    return;
  }
  const card = deck.current;
  deck.next();
  last = { card, state: "leaving" };
  const tap = outbox.put(card);
  last = tap;
  sentTaps.push(tap);
  if (sentTaps.length > HOLD_AT) sentTaps.shift();
  view.cardCame(true);
  refillSoon();
};

const acknowledged = (tap, data) => {
  tap.message = data.message;
  tap.until = performance.now() + (data.undo_ms ?? 0);
  tap.state = tap.wantsUndo ? "undoing" : data.undo_ms ? "held" : "gone";
  server.progress = { ...server.progress, sent: server.progress.sent + 1 };
  if (data.waiting !== undefined) view.replies(data.waiting);
  if (tap.wantsUndo) undo(tap);
  else view.ticking();
  if (!deck.current && !outbox.taps.length) fetchCards();
};

/** The server said no, and why. Words first; then the deck is put right. */
const refused = (tap, status, data) => {
  const code = data.code ?? "";
  tap.state = "refused"; // nothing is left to undo
  if (last === tap) last = null;
  if (status === 401 || code === "form_expired") {
    deck.forget(tap.card.id);
    notSent(tap, "You were signed out. The card comes up again.");
    enter("signed_out");
    return;
  }
  if (code === "wording_changed" && data.card) {
    deck.lookAgain(data.card);
    exhausted = false;
    view.cardCame(false);
    view.say("again", `The wording changed, nothing was sent. Please look again: ${data.card.text}`, true);
    fetchCards();
    return;
  }
  notSent(tap, data.words || "The server did not take it.");
  if (status === 403) {
    enter("removed", data.words);
    return;
  }
  if (MAY_COME_AGAIN.has(code)) deck.forget(tap.card.id);
  // The whole hand is in doubt: it may be somebody else's now, or the hours may be over.
  if (CONCERNS_ALL.has(code)) deck.clear();
  exhausted = false;
  fetchCards();
};

const notSent = (tap, words) => {
  tray.unshift({ to: name(tap.card), words });
  view.notSentCame(`Not sent to ${name(tap.card)}. ${words}`);
};

const skip = async () => {
  if (!deck.current || special) return;
  const card = deck.current;
  deck.next();
  last = { words: `Skipped ${name(card)}` };
  view.cardCame(true);
  busy += 1;
  let answer = { status: 0 };
  for (let tries = 0; tries < 4 && (answer.status === 0 || answer.status >= 500 || answer.status === 429); tries += 1) {
    if (tries) await new Promise((go) => { setTimeout(go, BACKOFF_MS[tries]); });
    answer = await ask(urls.skipUrl, { token: card.token });
  }
  busy -= 1;
  // Not taken: the card is still in the hand and comes up again, which loses nothing.
  if (answer.status !== 200) deck.forget(card.id);
  if (answer.status === 401) enter("signed_out");
  refillSoon();
  view.paint();
};

const undoable = () => sentTaps.findLast((tap) => tap.state === "leaving" || (tap.state === "held" && performance.now() < tap.until));

const undo = async (tap) => {
  if (!tap) return;
  if (tap.state === "leaving") {
    if (!tap.abort && !tap.unsure) {
      outbox.take(tap);
      undone(tap);
      outbox.pump();
      return;
    }
    tap.wantsUndo = true; // its attempt is on the wire: undo as soon as the server has named it
    tap.state = "undoing";
    last = tap;
    view.paint();
    return;
  }
  tap.state = "undoing";
  last = tap;
  busy += 1;
  view.paint();
  let answer = await ask(urls.undoUrl, { message: tap.message });
  while ((answer.status === 0 || answer.status >= 500) && performance.now() < tap.until) {
    await new Promise((go) => { setTimeout(go, REPLAY_GAP_MS); });
    answer = await ask(urls.undoUrl, { message: tap.message });
  }
  busy -= 1;
  if (answer.status === 200) {
    server.progress = { ...server.progress, sent: Math.max(0, server.progress.sent - 1) };
    undone(tap);
  } else {
    tap.state = "gone";
    last = { words: answer.data.words || (answer.status === 409 ? "Already on its way" : "No answer; it may have left") };
    view.say("undo", `Not undone. ${last.words}`);
  }
  view.paint();
};

const undone = (tap) => {
  tap.state = "undone";
  last = { words: `Undone: not sent to ${name(tap.card)}` };
  view.say("undo", `${last.words}. The card comes up again.`);
  deck.forget(tap.card.id); // its token is spent; the server hands out a new card
  exhausted = false;
  fetchCards();
};

// ---------------------------------------------------------------- what the server says

const learn = (data, fresh = false) => {
  for (const [ours, theirs] of [["state", "state"], ["words", "words"], ["opensAt", "opens_at"], ["closesAt", "closes_at"], ["notSent", "not_sent"]]) {
    if (data[theirs] !== undefined) server[ours] = data[theirs];
  }
  if (data.minutes_left !== undefined) {
    server.minutes = data.minutes_left;
    server.since = stamp();
  }
  if (data.now) server.ahead = new Date(data.now) - Date.now(); // a phone's clock may be wrong
  if (data.progress && fresh) server.progress = data.progress;
  if (data.waiting !== undefined) view.replies(data.waiting);
};

const fetchCards = async () => {
  if (fetching) {
    fetching = "again";
    return;
  }
  fetching = true;
  const quiet = !outbox.taps.length && !busy;
  const asked = outbox.count;
  const { status, data } = await ask(urls.cardsUrl);
  const fresh = quiet && !busy && asked === outbox.count;
  const more = fetching === "again";
  fetching = false;
  if (status === 200) {
    if (special === "offline" || special === "signed_out") special = "";
    reached();
    learn(data, fresh);
    received(data, fresh && !deck.current);
  } else if (status === 401) {
    enter("signed_out");
  } else if (status === 403 || status === 404) {
    enter("removed", data.words);
  } else if (!deck.current) {
    enter("offline");
    fetchLater();
  }
  if (more) fetchCards();
  else outbox.pump();
};

const received = (data, trust) => {
  if (data.state !== "ready") {
    // Texts under way may still be refused or undone; what is in the hand is not to be sent now.
    deck.clear();
  } else {
    exhausted = deck.add(data.cards, trust) === 0;
    if (!deck.current) {
      deck.next();
      if (deck.current) view.cardCame(false);
      else if (!outbox.taps.length) fetchLater();
    } else if (deck.changed) {
      view.cardCame(false);
      view.say("again", `The wording changed. Please look again: ${deck.current.text}`, true);
    }
  }
};

const fetchLater = () => {
  clearTimeout(retry);
  retry = setTimeout(fetchCards, 5000);
};

/** The server answers: what waits may leave, and without any the trouble is over. */
const reached = () => {
  if (outbox.taps.length) pace.tryNow();
  else pace.clear();
};

const refillSoon = () => {
  if (!deck.current && (outbox.taps.length || busy)) return; // asked when the last one is settled
  if (deck.ready.length <= REFILL_AT && (!exhausted || !deck.current)) fetchCards();
};

const heartbeat = async () => {
  if (document.hidden || special === "elsewhere") return;
  const { status, data } = await ask(urls.heartbeatUrl, {});
  if (status === 401) enter("signed_out");
  if (status === 403 || status === 404 || status === 409) fetchCards();
  if (status !== 200) return;
  const changed = data.state !== server.state;
  reached();
  learn(data);
  if (changed || !deck.current) fetchCards();
  else outbox.pump();
};

const enter = (state, words = "") => {
  special = state;
  server.specialWords = words;
  if (state !== "offline") deck.clear();
  view.paint();
};

// ---------------------------------------------------------------- view

const view = {
  shown: null, // the card on the screen and since when
  calmUntil: 0,
  state: "",
  ticker: 0,
  lanes: { true: { words: new Map(), quiet: 0, timer: 0 }, false: { words: new Map(), quiet: 0, timer: 0 } },
  refusals: 0,

  /** A card took the screen: after the person's own tap, or by itself. */
  cardCame(own) {
    if (!own) this.calmUntil = performance.now() + CALM_MS;
    this.paint();
    if (own && deck.current && localStorage.getItem("speak") === "yes") {
      const { sent, total } = server.progress;
      this.say("card", `${sent + outbox.taps.length} of ${total}. To ${name(deck.current)}: ${deck.current.text}`);
    }
  },

  /** One announcement for each event, at most one every three seconds, newest words of each kind. */
  say(kind, words, urgent = false) {
    const lane = this.lanes[urgent];
    lane.words.set(kind, words);
    if (lane.timer) return;
    lane.timer = setTimeout(() => {
      lane.timer = 0;
      lane.quiet = performance.now() + QUIET_MS;
      window.p2ptext.say([...lane.words.values()].join(" "), urgent);
      lane.words.clear();
      this.refusals = 0;
    }, Math.max(50, lane.quiet - performance.now()));
  },

  notSentCame(words) {
    this.refusals += 1;
    this.say("refused", this.refusals > 1 ? `${this.refusals} texts were not sent. The list "Not sent" says why.` : words, true);
    this.paint();
  },

  replies(waiting) {
    if (waiting > server.waiting) this.say("replies", waiting === 1 ? "1 reply waits" : `${waiting} replies wait`);
    if (waiting === server.waiting) return;
    server.waiting = waiting;
    document.dispatchEvent(new CustomEvent("p2ptext:waiting", { detail: { waiting, not_sent: server.notSent } }));
  },

  stateNow() {
    if (special && !(special === "offline" && deck.current)) return special;
    if (deck.current) return "ready";
    if (outbox.taps.length) return "finishing";
    return server.state === "ready" ? "loading" : server.state;
  },

  paint() {
    const state = this.stateNow();
    if (state === "ready") this.paintCard();
    this.paintState(state);
    this.paintProgress(state);
    this.paintTrouble();
    this.paintLast();
    this.paintSend(state);
    this.paintTray();
  },

  paintCard() {
    const card = deck.current;
    const key = `${card.id} ${card.hash} ${card.local_time}`;
    if (this.shown === key) return;
    const other = !this.shown?.startsWith(`${card.id} ${card.hash}`);
    this.shown = key;
    $("to").textContent = name(card);
    $("where").textContent = [card.place, card.local_time && `${card.local_time} there`].filter(Boolean).join(", ");
    $("text").textContent = card.text;
    if (other) $("text").scrollTop = 0;
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
    const panel = document.querySelector(`[data-state="${state}"]`);
    if (panel) {
      const words = state === special ? server.specialWords : state === server.state ? server.words : "";
      if (words) panel.querySelector("[data-words]").textContent = words;
      const opens = panel.querySelector("[data-opens]");
      opens.hidden = !(server.opensAt && state === server.state);
      if (!opens.hidden) opens.textContent = opensWords(server.opensAt);
    }
    if (state === this.state) return;
    const from = this.state;
    const hadFocus = [$("send"), $("skip")].includes(document.activeElement);
    this.state = state;
    this.calmUntil = performance.now() + CALM_MS; // the thumb still beats; what is under it changed
    $("card").hidden = state !== "ready";
    $("send").hidden = state !== "ready";
    $("skip").hidden = state !== "ready";
    document.querySelectorAll("[data-state]").forEach((element) => { element.hidden = element !== panel; });
    document.querySelectorAll("[data-action]").forEach((element) => { element.hidden = element.dataset.action !== state; });
    if (!from || !panel) {
      const free = document.activeElement === document.body || document.activeElement.closest(".state");
      if (from && this.wantsFocus && free) $("send").focus({ preventScroll: true });
      this.wantsFocus = false;
      return;
    }
    if (hadFocus || this.wantsFocus) {
      this.wantsFocus = true;
      panel.querySelector("h2").focus();
    } else if (!["loading", "finishing"].includes(state)) {
      this.say("state", `${panel.querySelector("h2").textContent}. ${panel.querySelector("[data-words]").textContent}`);
    }
  },

  paintProgress(state) {
    const { sent, total } = server.progress;
    const done = Math.min(sent + outbox.taps.length, total || 0);
    $("bar").max = total || 1;
    $("bar").value = done;
    $("count").textContent = `${done} of ${total} sent`;
    $("ends").textContent = state === "ready" ? endsWords() : "";
  },

  paintTrouble() {
    const n = outbox.taps.length;
    const waiting = n === 1 ? "1 text waits and leaves" : `${n} texts wait and leave`;
    const words = {
      network: n ? `No connection. ${waiting} by ${n === 1 ? "itself" : "themselves"} when it is back.` : "No connection.",
      server: n ? `The server is busy. ${waiting} by ${n === 1 ? "itself" : "themselves"}.` : "",
      pace: n ? `That was very fast. ${n === 1 ? "1 text waits its" : `${n} texts wait their`} turn.` : "",
    }[pace.trouble] ?? "";
    if (this.trouble !== pace.trouble && (words || this.trouble === "network")) {
      if (pace.trouble !== "pace") this.say("trouble", words || "Connected again.");
      this.trouble = words ? pace.trouble : "";
    }
    if (!words) this.trouble = "";
    $("trouble").textContent = words;
    $("trouble").hidden = !words;
  },

  paintLast() {
    const tap = undoable();
    const left = tap ? (tap.state === "held" ? Math.ceil((tap.until - performance.now()) / 1000) : 0) : 0;
    if (last?.state === "held" && performance.now() >= last.until) last.state = "gone";
    const to = last?.card && name(last.card);
    // After a skip or an undo the button is about the text before: the line says whose.
    const before = last?.words && tap ? `. Before: ${name(tap.card)}` : "";
    $("last").textContent = last?.words ? last.words + before : { leaving: `Sending to ${to}`, held: `Sent to ${to}`, gone: `Sent to ${to}`, undoing: "Undoing" }[last?.state] ?? "";
    const keep = document.activeElement === $("undo"); // never pull a button from under the focus
    $("undo").hidden = !tap && !keep;
    $("undo-left").textContent = left || "";
    $("undo-whom").textContent = tap ? ` sending to ${name(tap.card)}` : ", too late now";
    $("undo").setAttribute("aria-disabled", String(!tap));
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

  paintTray() {
    const count = tray.length + server.notSent;
    $("tray-open").hidden = !count;
    $("tray-open").textContent = `Not sent (${count})`;
  },

  openTray() {
    $("tray-list").replaceChildren(...tray.map(({ to, words }) => {
      const item = document.createElement("li");
      const whom = document.createElement("strong");
      const why = document.createElement("span");
      whom.textContent = to;
      why.textContent = words;
      item.append(whom, why);
      return item;
    }));
    $("tray-list").hidden = !tray.length;
    $("tray-more").hidden = !server.notSent;
    $("tray-more-words").textContent = server.notSent === 1 ? "See 1 earlier one" : `See ${server.notSent} earlier ones`;
    $("tray").showModal();
  },

  ticking() {
    clearInterval(this.ticker);
    this.paint();
    this.ticker = setInterval(() => {
      this.paintLast();
      if (!undoable()) clearInterval(this.ticker);
    }, 250);
  },
};

const clockTime = new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
const clockDay = new Intl.DateTimeFormat(document.documentElement.lang || "en", { weekday: "long" });
const spoken = (moment) => clockTime.format(moment).replace(/\b[AP]M\b/, (half) => half.toLowerCase());

const endsWords = () => {
  if (server.minutes === null) return "";
  const left = Math.max(0, server.minutes - Math.floor(age(server.since) / 60_000));
  if (left > 90 && server.closesAt) return `, open until ${spoken(new Date(server.closesAt))}`;
  return `, ${left} min left`;
};

const opensWords = (iso) => {
  const moment = new Date(iso);
  const minutes = Math.max(1, Math.round((moment - Date.now() - server.ahead) / 60_000));
  const wait = minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  const today = new Date(Date.now() + server.ahead).toDateString() === moment.toDateString();
  return `Opens ${today ? "" : `${clockDay.format(moment)} `}at ${spoken(moment)}, ${wait} from now.`;
};

// ---------------------------------------------------------------- gestures

// A gesture counts when a person made it (the browser vouches for that), once per press, and for
// the card that was on the screen when the press began. Everything goes through here.
const press = { button: null, key: "", card: null };

const begin = (button, key) => {
  const early = performance.now() < view.calmUntil;
  Object.assign(press, { button, key, card: early ? null : deck.current });
};

const counts = (button) => press.button === button && press.card === deck.current && deck.current !== null;

const onGesture = (button, act) => {
  button.type = "button";
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // the browser would click again and again while the key is held
    if (event.isTrusted && !event.repeat) begin(button, event.key);
  });
  button.addEventListener("keyup", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (event.isTrusted && press.key === event.key && counts(button)) act();
    press.button = null;
  });
  button.addEventListener("blur", () => { if (press.key) press.button = null; });
  button.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    // Screen readers click without a pointer: then the card of this moment counts.
    if (!press.button) begin(button, "");
    const ok = counts(button);
    press.button = null;
    if (!ok) return;
    act();
    button.focus({ preventScroll: true }); // Safari does not focus what is tapped
  });
};

const listen = () => {
  onGesture($("send"), send);
  onGesture($("skip"), skip);
  // The forms were for pages without script. Empty, they could send nothing whoever submits them.
  screen_.querySelectorAll(".send-form, .skip-form").forEach((form) => {
    form.querySelectorAll("input").forEach((input) => input.remove());
    form.addEventListener("submit", (event) => event.preventDefault());
  });
  document.addEventListener("pointerdown", (event) => {
    const button = event.isTrusted && event.target.closest?.("#send, #skip");
    if (button) begin(button, "");
    else press.button = null;
  }, true);
  document.addEventListener("pointerup", (event) => {
    if (!press.button?.contains(event.target)) press.button = null;
  }, true);
  document.addEventListener("pointercancel", () => { press.button = null; }, true);

  $("undo").addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    undo(undoable());
    $("send").focus({ preventScroll: true });
  });
  $("undo").addEventListener("blur", () => view.paintLast());
  $("tray-open").addEventListener("click", () => view.openTray());
  $("help-open").addEventListener("click", () => $("help").showModal());
  document.querySelectorAll("[data-again]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      fetchCards();
    });
  });
  // The next action stands where Send was. A thumb that was still sending does not press it.
  document.querySelectorAll("[data-action]").forEach((action) => {
    action.addEventListener("click", (event) => {
      if (performance.now() < view.calmUntil) event.preventDefault();
    }, true);
  });

  document.addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.repeat || document.querySelector("dialog[open]")) return;
    const chord = event.ctrlKey || event.metaKey;
    const act = {
      KeyZ: chord && !event.shiftKey && (() => undo(undoable())),
      Slash: chord && (() => $("help").showModal()),
      KeyN: event.altKey && !chord && skip,
      KeyR: event.altKey && !chord && (() => { window.location.href = $("replies-link").href; }),
    }[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const speak = $("speak");
  speak.checked = localStorage.getItem("speak") === "yes"; // a choice, nothing about anybody
  speak.addEventListener("change", () => localStorage.setItem("speak", speak.checked ? "yes" : "no"));

  window.addEventListener("online", () => {
    pace.tryNow();
    outbox.pump();
    fetchCards();
  });
  window.addEventListener("beforeunload", (event) => {
    if (outbox.taps.length) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    outbox.pump();
    heartbeat();
    if (special !== "elsewhere") fetchCards(); // tokens and local times have aged
  });
  document.addEventListener("p2ptext:waiting", ({ detail }) => {
    if (detail.waiting > server.waiting) view.replies(detail.waiting);
    if (detail.not_sent > server.notSent) view.say("not sent", "A text did not leave. The list \"Not sent\" says why.");
    server.waiting = detail.waiting;
    server.notSent = detail.not_sent;
    view.paint();
  });
  setInterval(heartbeat, HEARTBEAT_MS);
};

// Only one tab holds the batch. A second one waits in words, and goes on when the first is closed.
const holdTab = () => {
  if (!navigator.locks) return;
  const lock = `texting ${window.location.pathname}`;
  const elsewhere = () => enter("elsewhere");
  const here = () => {
    clearTimeout(patience);
    if (special === "elsewhere") {
      special = "";
      fetchCards();
    }
    return new Promise(() => {}); // held until the page goes
  };
  const patience = setTimeout(elsewhere, 700); // a reload needs a moment to let its old lock go
  navigator.locks.request(lock, here).catch(elsewhere);
  $("here-instead").addEventListener("click", () => {
    navigator.locks.request(lock, { steal: true }, here).catch(elsewhere);
  });
};

const given = JSON.parse($("deck").textContent);
learn(given, true);
server.waiting = given.waiting;
received(given, true);
view.calmUntil = 0; // the page came with this card on it
view.paint();
view.calmUntil = 0;
$("help-open").hidden = false;
listen();
holdTab();
refillSoon();
