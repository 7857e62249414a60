// The cards in the hand. The next one is painted from memory, never from the network.

export const REFILL_AT = 10;

export const nameOf = (card) => card.to || "this person";

export const deck = {
  current: null,
  ready: [],
  soon: new Set(), // given up or taken back: when the server offers these again, they come next
  met: new Set(), // shown, sent or on their way: the server repeats these until it knows better
  changed: false, // whether the card on the screen got other words with the last `add`
  exhausted: false, // the server has no cards beyond those we hold

  /** Takes what the server offers. `trust`: nothing is under way, so what the server repeats is
      truly unsent. */
  add(cards, trust = false) {
    let fresh = 0;
    this.changed = false;
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
    this.exhausted = fresh === 0;
  },

  next() {
    this.current = this.ready.shift() ?? null;
    if (this.current) this.met.add(this.current.id);
  },

  find(id) {
    return this.current?.id === id ? this.current : this.ready.find((card) => card.id === id);
  },

  /** Takes one card out of the hand, wherever it is, because its tap is under way. */
  pull(id) {
    const found = this.find(id);
    this.met.add(id);
    this.ready = this.ready.filter((card) => card.id !== id);
    if (found && found === this.current) this.next();
    return found;
  },

  /** The card may come up again. One that is in the hand stays where it is. */
  forget(id) {
    this.exhausted = false;
    if (this.find(id)) return;
    this.met.delete(id);
    this.soon.add(id);
  },

  /** Hands everything back: what was prepared is not true any more. */
  clear() {
    if (this.current) this.met.delete(this.current.id);
    this.current = null;
    this.ready = [];
    this.exhausted = false;
  },

  /** A changed card takes the place of all others, which were written with the old wording. */
  lookAgain(card) {
    this.clear();
    this.met.add(card.id);
    this.current = { ...card, again: true };
  },
};
