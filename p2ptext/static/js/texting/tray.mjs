// "Not sent": what did not leave, why, and what can be done. Nothing here goes away by itself.

import { nameOf } from "./deck.mjs";
import { server } from "./server.mjs";
import { sayRefused } from "./speech.mjs";

const $ = (id) => document.getElementById(id);
const items = []; // {card, words, retry}, newest first, while this page is open

const element = (kind, text) => {
  const made = document.createElement(kind);
  made.dir = "auto";
  made.textContent = text;
  return made;
};

const line = (item, again) => {
  const made = document.createElement("li");
  made.append(element("strong", nameOf(item.card)), element("span", item.words));
  if (item.retry) {
    if (item.card.text) made.append(element("q", item.card.text));
    const button = element("button", "Try again");
    button.className = "btn";
    button.type = "button";
    button.append(Object.assign(element("span", ` for ${nameOf(item.card)}`), { className: "visually-hidden" }));
    button.addEventListener("click", (event) => {
      if (event.isTrusted) again(item);
    });
    made.append(button);
  }
  return made;
};

export const tray = {
  /** `retry`: the same token may still be sent, by a new press. */
  add(card, words, retry = false) {
    items.unshift({ card, words, retry });
    sayRefused(`Not sent to ${nameOf(card)}. ${words}`);
    this.paint();
  },

  remove(item) {
    items.splice(items.indexOf(item), 1);
    this.paint();
  },

  /** A card that is sent after all, or comes up again and is sent, has nothing to wait for here. */
  settle(id) {
    items.filter((item) => item.retry && item.card.id === id).forEach((item) => this.remove(item));
  },

  paint() {
    const count = items.length + server.notSent;
    $("tray-open").hidden = !count;
    $("tray-open").textContent = `Not sent (${count})`;
  },

  open(again) {
    $("tray-list").replaceChildren(...items.map((item) => line(item, again)));
    $("tray-list").hidden = !items.length;
    $("tray-more").hidden = !server.notSent;
    $("tray-more-words").textContent = server.notSent === 1 ? "See 1 earlier one" : `See ${server.notSent} earlier ones`;
    if (!$("tray").open) $("tray").showModal();
  },
};
