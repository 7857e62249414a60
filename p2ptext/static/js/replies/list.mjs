// The list of replies: keeps itself fresh, on its own page and beside a conversation on a wide screen.

import { say } from "../texting/speech.mjs";
import { gathered, getPage } from "./net.mjs";

let here = document.getElementById("reply-list");
let ahead = 0; // how far this device's clock is behind the server's
let waiting = 0;
let last = "";

const words = (iso) => {
  const minutes = Math.max(0, Math.floor((Date.now() + ahead - new Date(iso)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `waits ${minutes} min`;
  return minutes < 36 * 60 ? `waits ${Math.round(minutes / 60)} h` : `waits ${Math.round(minutes / 1440)} days`;
};

const ago = () => here.querySelectorAll("time[data-ago]").forEach((time) => { time.textContent = words(time.dateTime); });

const setClock = () => {
  const now = here.dataset.now;
  if (now) ahead = new Date(now) - Date.now();
};

const counted = () => Number(here.dataset.waitingNow ?? here.querySelectorAll("time[data-ago]").length);

const dress = () => {
  const open = document.querySelector("[data-conversation]")?.dataset.conversation;
  here.querySelectorAll("a[data-talk]").forEach((link) => {
    if (link.dataset.talk === open) link.setAttribute("aria-current", "true");
  });
  ago();
};

const within = (element) => `[aria-labelledby="${CSS.escape(element.closest("[aria-labelledby]")?.getAttribute("aria-labelledby") ?? "")}"]`;

// Words that somebody has opened stay open, and what has the focus keeps it.
const kept = () => {
  const opened = [...here.querySelectorAll("details[open]")].map((one) => `${within(one)} details`);
  const active = here.contains(document.activeElement) ? document.activeElement : null;
  const href = active?.getAttribute("href");
  const focused = active && (href ? `a[href="${CSS.escape(href)}"]` : `${within(active)} ${active.localName}`);
  return () => {
    opened.forEach((one) => here.querySelector(one)?.setAttribute("open", ""));
    if (focused) here.querySelector(focused)?.focus({ preventScroll: true });
  };
};

const take = (fresh) => {
  last = fresh.innerHTML;
  Object.assign(here.dataset, fresh.dataset);
  setClock();
  const putBack = kept();
  here.replaceChildren(...fresh.childNodes);
  dress();
  putBack();
};

const refresher = (url) => gathered(async () => {
  const fresh = (await getPage(url))?.getElementById("reply-list");
  if (!fresh || fresh.innerHTML === last) return;
  take(fresh);
  const now = counted();
  if (now > waiting) say("waiting", now === 1 ? "1 reply waits" : `${now} replies wait`);
  waiting = now;
  document.title = document.title.replace(/^Replies( \(\d+\))?/, now ? `Replies (${now})` : "Replies");
});

const follow = (refresh) => {
  setInterval(ago, 30_000);
  document.addEventListener("p2ptext:live", refresh);
  document.addEventListener("p2ptext:waiting", ({ detail }) => { if (detail.waiting !== waiting) refresh(); });
};

export const startList = () => {
  setClock();
  waiting = counted();
  dress();
  follow(refresher(window.location.href));
};

/** On a wide screen the list stands beside the conversation. */
export const startBeside = async (aside, url) => {
  const wide = matchMedia("(min-width: 64rem)");
  const show = async () => {
    if (!wide.matches || here) return;
    const fresh = (await getPage(url))?.getElementById("reply-list");
    if (!fresh || here) return;
    here = document.createElement("div");
    here.id = "reply-list";
    here.className = fresh.className;
    aside.append(here);
    aside.hidden = false;
    take(fresh);
    waiting = counted();
    follow(refresher(url));
  };
  wide.addEventListener("change", show);
  await show();
};
