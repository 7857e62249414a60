// Keys, always with another one held. Where Alt and a letter write a sign of their own (on a Mac), the
// sign goes into the box and nothing else happens.

import { openSheet } from "./sheets.mjs";

const press = (selector) => document.querySelector(selector)?.click();

const next = () => {
  const { nextUrl, listUrl } = document.querySelector("[data-conversation]").dataset;
  window.location.assign(nextUrl || listUrl);
};

const ALT = {
  KeyN: ["n", next],
  KeyD: ["d", () => press("#foot [data-deed] button")],
  KeyL: ["l", () => openSheet("ask")],
  KeyO: ["o", () => openSheet("opt-out")],
  KeyR: ["r", () => press("#replies-link")],
};

export const startKeys = () => document.addEventListener("keydown", (event) => {
  if (!event.isTrusted || event.repeat || event.isComposing) return;
  const chord = event.ctrlKey || event.metaKey;
  if (chord && event.code === "Slash") {
    event.preventDefault();
    openSheet(event.shiftKey ? "keys" : "canned");
    return;
  }
  if (!event.altKey || chord || event.shiftKey || document.querySelector("dialog[open]")) return;
  const [letter, act] = ALT[event.code] ?? [];
  const types = event.target.matches("textarea, input") && event.key.toLowerCase() !== letter;
  if (!act || types) return;
  event.preventDefault();
  act();
});
