// Taps that the server has not acknowledged. Each is one card's token; a token is sent again until
// the server answers, and the server lets it count once.

import { age, stamp } from "./clock.mjs";
import { drop, keep } from "./kept.mjs";
import { ask } from "./net.mjs";

export const HOLD_AT = 8; // unacknowledged sends; then the button waits
export const LIFE_MS = 60_000; // a tap is never delivered later than this
const REPLAY_GAP_MS = 500; // after trouble, two a second
const BACKOFF_MS = [500, 1000, 2000, 4000, 8000];

/** When the next attempt may leave, after trouble. */
export const pace = {
  trouble: "", // "", "network", "server", "pace", "kept" or "signed_out"
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
    if (this.trouble === "signed_out") this.trouble = "kept";
    this.due = Math.min(this.due, performance.now());
  },

  clear() {
    this.trouble = "";
    this.step = 0;
  },
};

export const outbox = {
  taps: [],
  timer: 0,
  expiry: 0,
  count: 0, // how many taps there have been: an answer asked for before the last one is older than it

  /** Set once: where tokens go, whose they are, the server's time as the page knows it, and who is
      told `acknowledged(tap, data)`, `refused(tap, status, data)`, `expired(tap, unsure)`,
      `signedOut()` and `changed()`. */
  begin(settings) {
    Object.assign(this, settings);
  },

  get full() {
    return this.taps.length >= HOLD_AT;
  },

  /** A tap of this moment. */
  put(card) {
    const tap = { card, at: stamp(), abort: null, unsure: false, state: "leaving", message: null, until: 0 };
    this.taps.push(tap);
    this.count += 1;
    if (this.taps.length === 1) pace.tryNow();
    keep(card, this.whose, this.serverNow());
    this.pump();
    return tap;
  },

  /** Taps from before a reload, `{card, age}`: they leave two a second, or expire. */
  resume(taps) {
    for (const { card, age: ago } of taps) {
      this.taps.push({ card, at: stamp(ago), abort: null, unsure: true, state: "leaving", message: null, until: 0 });
      this.count += 1;
    }
    if (taps.length && !pace.trouble) pace.trouble = "kept";
    this.pump();
  },

  /** The tap is settled. The promise is kept once no reload can bring it back. */
  take(tap) {
    this.taps = this.taps.filter((other) => other !== tap);
    return drop(tap.card.token);
  },

  /** Starts whatever may start now, and comes back when more may. */
  pump() {
    clearTimeout(this.timer);
    this.taps.filter((tap) => age(tap.at) >= LIFE_MS).forEach((tap) => this.expire(tap));
    const idle = this.taps.filter((tap) => !tap.abort);
    if (!this.taps.length && pace.trouble !== "network") pace.clear();
    if (!pace.trouble) {
      idle.forEach((tap) => this.attempt(tap, false));
    } else if (idle.length && pace.trouble !== "signed_out" && !this.taps.some((tap) => tap.replay)) {
      if (!pace.wait()) this.attempt(idle[0], true);
      else this.timer = setTimeout(() => this.pump(), pace.wait());
    }
    if (this.taps.length) {
      clearTimeout(this.expiry);
      this.expiry = setTimeout(() => this.pump(), LIFE_MS - age(this.taps[0].at));
    }
    this.changed();
  },

  async attempt(tap, replay) {
    tap.abort = new AbortController();
    tap.replay = replay;
    const { token, hash } = tap.card;
    const answer = await ask(this.sendUrl, { token, hash, age_ms: age(tap.at) }, tap.abort);
    tap.abort = null;
    tap.replay = false;
    if (!this.taps.includes(tap)) return; // it expired meanwhile
    this.answered(tap, answer, replay);
    this.pump();
  },

  answered(tap, { status, data, retryAfter }, replay) {
    if (status === 200 || status === 202) {
      this.take(tap);
      pace.succeeded();
      if (!this.taps.some((other) => !other.abort)) pace.clear();
      this.acknowledged(tap, data);
    } else if (status === 401 || data.code === "form_expired") {
      pace.trouble = "signed_out"; // kept: whoever signs in again within the minute finds it here
      this.signedOut();
    } else if (status === 429) {
      pace.failed(data.code === "pace" ? "pace" : "server", retryAfter ?? 1000, replay);
    } else if (status === 0 || status >= 500) {
      tap.unsure ||= status === 0;
      pace.failed(status ? "server" : "network", retryAfter, replay);
    } else {
      this.take(tap);
      this.refused(tap, status, data);
    }
  },

  expire(tap) {
    this.take(tap);
    const unsure = tap.unsure || Boolean(tap.abort);
    tap.state = "refused";
    tap.abort?.abort();
    this.expired(tap, unsure);
  },
};
