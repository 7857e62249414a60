// A gesture counts when a person made it (the browser vouches for that), once per press, and for the
// card that was on the screen when the press began. Everything that sends goes through here.

import { deck } from "./deck.mjs";
import { view } from "./view.mjs";

const press = { button: null, key: "", card: null };
const SENDS = new Set(["Enter", " "]);

const begin = (button, key) => {
  const early = performance.now() < view.calmUntil;
  Object.assign(press, { button, key, card: early ? null : deck.current });
};

const counts = (button) => press.button === button && press.card === deck.current && deck.current !== null;

/** `act` once for every press of `button` by a person: on the way up, never while a key repeats. */
export const onGesture = (button, act) => {
  button.type = "button";
  button.addEventListener("keydown", (event) => {
    if (!SENDS.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault(); // the browser would click again and again while the key is held
    if (event.isTrusted && !event.repeat) begin(button, event.key);
  });
  button.addEventListener("keyup", (event) => {
    if (!SENDS.has(event.key)) return;
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
    if (document.activeElement !== button) button.focus({ preventScroll: true }); // Safari leaves it out
  });
};

/** A press begins where the finger comes down, and ends where it leaves the button. */
export const watchPointers = (selector) => {
  document.addEventListener("pointerdown", (event) => {
    const button = event.isTrusted && event.target.closest?.(selector);
    if (button) begin(button, "");
    else press.button = null;
  }, true);
  document.addEventListener("pointerup", (event) => {
    if (!press.button?.contains(event.target)) press.button = null;
  }, true);
  document.addEventListener("pointercancel", () => { press.button = null; }, true);
};

/** The next action stands where Send was. A thumb that was still sending does not press it. */
export const calmActions = (selector) => {
  document.querySelectorAll(selector).forEach((action) => {
    action.addEventListener("click", (event) => {
      if (performance.now() < view.calmUntil) event.preventDefault();
    }, true);
  });
};

/** Keys with a modifier, one deed each: `{KeyZ: {chord: true, act}}` for Ctrl or Cmd, else Alt; with
    `shift` it may be held as well. No letter does anything alone. */
export const onKeys = (deeds) => {
  document.addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.repeat || document.querySelector("dialog[open]")) return;
    const chord = event.ctrlKey || event.metaKey;
    const deed = deeds[event.code];
    if (!deed || (event.shiftKey && !deed.shift) || (deed.chord ? !chord : chord || !event.altKey)) return;
    event.preventDefault();
    deed.act();
  });
};
