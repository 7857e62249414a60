// The lines of a conversation and what the server says beside them, fetched again when something
// happens. New lines are added, so that a screen reader speaks them and nothing else.

import { say } from "../texting/speech.mjs";
import { gathered, getPage, getPicture } from "./net.mjs";

export const screen_ = document.querySelector("[data-conversation]");
const part = screen_?.querySelector("[data-part]");
const here = screen_?.dataset;
const swapped = new Map(); // what the server said last for each place, to leave alone what is the same
const heard = [];

/** `act({added, theirs})` after each refresh that brought something in. */
export const afterRefresh = (act) => heard.push(act);

export const token = () => part.querySelector('input[name="token"]');

export const toEnd = () => window.scrollTo(0, document.documentElement.scrollHeight);

const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
  month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
});
const localTimes = (root) => root.querySelectorAll("time[data-local-time]").forEach((time) => {
  time.textContent = clock.format(new Date(time.dateTime)).replace(/\b[AP]M\b/, (half) => half.toLowerCase());
  time.removeAttribute("data-local-time");
});

// Of a line that is there already, only the words under it may change.
const updateLine = (old, fresh) => {
  if (old.className !== fresh.className) old.className = fresh.className;
  const [note, newer] = [old, fresh].map((one) => one.querySelector(".bubble-note"));
  if (!note || !newer || note.dataset.last === newer.innerHTML) return;
  note.dataset.last = newer.innerHTML;
  note.replaceChildren(...newer.childNodes);
};

const mergeLines = (fresh) => {
  const log = part.querySelector("[role=log]");
  const now = [...fresh.querySelector("[role=log]").children];
  const names = new Set(now.map((line) => line.id));
  [...log.children].filter((line) => !names.has(line.id)).forEach((line) => line.remove()); // taken back
  const added = [];
  let before = null;
  for (const line of now) {
    let mine = document.getElementById(line.id);
    if (mine) {
      updateLine(mine, line);
    } else {
      mine = line;
      mine.classList.add("is-new");
      if (before) before.after(mine);
      else log.prepend(mine);
      added.push(mine);
    }
    before = mine;
  }
  return added;
};

const swap = (fresh) => {
  for (const place of document.querySelectorAll("[data-swap]")) {
    const name = place.dataset.swap;
    const newer = fresh.querySelector(`[data-swap="${name}"]`);
    if (!newer || swapped.get(name) === newer.innerHTML) continue;
    swapped.set(name, newer.innerHTML);
    const open = [...place.querySelectorAll("details[open]")].map((one) => one.className);
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const urgent = place.querySelector("[data-verdict], .crisis")?.textContent;
    place.replaceChildren(...newer.childNodes);
    if (key) place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
    place.querySelectorAll("details").forEach((one) => { if (open.includes(one.className)) one.open = true; });
    const told = place.querySelector(".crisis") ?? place.querySelector("[data-verdict]");
    if (told && told.textContent !== urgent) {
      say("verdict", (told.dataset.say ?? told.textContent).trim().replace(/\s+/g, " "), true);
    }
  }
};

/** Fetches the conversation as it stands. */
export const refresh = gathered(async () => merge(await getPage(here.partUrl)));

/** Takes in the conversation as a refusal brings it along, or fetches it. */
export const refreshWith = (html) => (html ? merge(new DOMParser().parseFromString(html, "text/html")) : refresh());

const merge = (fresh) => {
  if (!fresh?.querySelector("[role=log]")) return;
  const newer = fresh.querySelector('input[name="token"]');
  const added = mergeLines(fresh);
  if (newer && token()) token().value = newer.value;
  else if (newer) part.prepend(newer);
  else token()?.remove();
  swap(fresh);
  localTimes(part);
  if (added.length) toEnd();
  heard.forEach((act) => act({ added, theirs: added.some((line) => line.matches(".bubble-in:not(.bubble-auto)")) }));
};

const noPicture = (place, told) => {
  const words = document.createElement("p");
  words.textContent = told ?? "The picture could not be fetched. Ask them to describe it.";
  place.replaceWith(words);
  say("picture", words.textContent);
};

const dataUrl = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.readAsDataURL(blob);
});

// A picture comes only when somebody asks for it, through our own server; where there is none, the words why.
const showPicture = async (link) => {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const picture = await getPicture(link.href);
  if (!picture.blob) {
    noPicture(link, picture.words);
    return;
  }
  const image = new Image();
  image.className = "picture";
  image.alt = link.dataset.picture;
  image.addEventListener("error", () => noPicture(image));
  image.addEventListener("load", () => {
    image.scrollIntoView({ block: "nearest" });
    say("picture", "The picture is shown");
  });
  image.tabIndex = -1;
  image.src = await dataUrl(picture.blob);
  link.replaceWith(image);
  image.focus({ preventScroll: true });
};

export const startThread = () => {
  document.querySelectorAll("[data-swap]").forEach((place) => swapped.set(place.dataset.swap, place.innerHTML));
  document.addEventListener("p2ptext:live", ({ detail }) => {
    if (["state", "missed"].includes(detail.kind) || detail.conversation === here.conversation) refresh();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  part.addEventListener("click", (event) => {
    const link = event.target.closest("[data-picture]");
    if (!link) return;
    event.preventDefault();
    showPicture(link);
  });
  part.addEventListener("toggle", ({ target }) => {
    if (target.matches(".veiled")) say("veil", target.open ? "The text is shown" : "The text is hidden");
  }, true);
  toEnd();
  document.fonts.ready.then(toEnd); // lines break elsewhere once the real letters are there
};
