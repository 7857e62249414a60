// Keeps the page of a running evening fresh. The live stream says that something happened; the page then
// fetches itself anew. At most every two seconds, and at least every fifteen: ages grow by themselves.
const box = document.querySelector("[data-now]");
const LEAST_MS = 2_000;
const MOST_MS = 15_000;
const SLOW_MS = 20_000;
const SAY_EVERY_MS = 3_000;
const PATIENT_TIMES = 10; // a slow server is asked less often

const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
  hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});

const stamp = (root) => {
  root.querySelectorAll("time[data-stamp]").forEach((time) => {
    time.textContent = clock.format(new Date(time.dateTime)).replace(/\b[AP]M\b/, (half) => half.toLowerCase());
  });
};

// Only what is news is spoken: an alarm that was not there, and replies that begin to wait.
const saying = { heard: new Map(), last: 0, words: [], timer: 0 };

const speak = () => {
  saying.timer = 0;
  saying.last = Date.now();
  window.p2ptext.say(saying.words.join(" "));
  saying.words = [];
};

const say = (words) => {
  if (!saying.words.includes(words)) saying.words.push(words);
  if (!saying.timer) saying.timer = setTimeout(speak, Math.max(0, saying.last + SAY_EVERY_MS - Date.now()));
};

const alarmsIn = (root) => new Map([...root.querySelectorAll("[data-alarm]")].map((one) => [one.dataset.alarm, one.dataset.say]));
const waitsIn = (root) => root.querySelector("#waiting-title ~ [data-say]")?.dataset.say || "";

const tellNews = (fresh) => {
  const alarms = alarmsIn(fresh);
  alarms.forEach((words, id) => { if (!saying.heard.has(id)) say(`New alarm: ${words}`); });
  saying.heard.forEach((_, id) => { if (!alarms.has(id)) say("An alarm has ended."); });
  saying.heard = alarms;
  const waits = waitsIn(fresh);
  if (waits && !waitsIn(box)) say(waits);
};

// Opened details stay open, and what somebody is about to press or read stays where it is.
const renew = (old, fresh) => {
  const same = old.nodeName === fresh.nodeName && old.childNodes.length === fresh.childNodes.length;
  if (!same) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...(old.attributes || [])]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes || []) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const incoming = [...fresh.childNodes];
  [...old.childNodes].forEach((child, place) => renew(child, incoming[place]));
};

// The count beside Inbox in the page's own navigation is as fresh as the page.
const showInbox = (waits) => {
  const count = document.querySelector("[data-inbox-count]");
  if (!count) return;
  count.hidden = !waits;
  count.firstElementChild.textContent = waits > 99 ? "99+" : String(waits);
};

const show = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  stamp(fresh);
  window.p2ptext.dress(fresh);
  tellNews(fresh);
  showInbox(Number(fresh.dataset.inbox));
  const active = box.contains(document.activeElement) ? document.activeElement : null;
  const held = active && (active.closest("details[open]") || active.closest("form"));
  // Whoever is in the middle of a question keeps it until they have answered.
  if (held && held.classList.contains("confirm")) return;
  const href = active?.getAttribute("href");
  const open = [...box.querySelectorAll("details[open][id]")].map((one) => one.id);
  renew(box.firstElementChild, fresh);
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (href && !box.contains(document.activeElement)) {
    [...box.querySelectorAll("a")].find((link) => link.getAttribute("href") === href)?.focus({ preventScroll: true });
  }
};

const stale = document.getElementById("stale");
let timer = 0;
let busy = false;
let again = false;
let last = 0;
let pause = LEAST_MS;
let stream = null;
let failures = 0;

const wait = (ms) => {
  clearTimeout(timer);
  timer = setTimeout(look, ms);
};

const look = async () => {
  if (document.hidden) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const began = performance.now();
  try {
    const answer = await fetch(box.dataset.now, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.text());
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
  busy = false;
  last = performance.now();
  pause = Math.max(LEAST_MS, PATIENT_TIMES * (last - began));
  wait(again ? pause : Math.max(pause, stream ? MOST_MS : SLOW_MS));
  again = false;
};

const lookSoon = () => {
  if (busy) again = true;
  else wait(Math.max(0, last + pause - performance.now()));
};

const close = () => {
  if (stream) stream.close();
  stream = null;
};

const listen = () => {
  close();
  stream = new EventSource(box.dataset.live);
  stream.onopen = () => {
    if (failures) lookSoon();
    failures = 0;
  };
  stream.addEventListener("now", lookSoon);
  stream.onerror = () => {
    close();
    failures += 1;
    setTimeout(() => { if (!document.hidden && !stream) listen(); }, Math.min(SLOW_MS, 1000 * 2 ** failures));
  };
};

if (box) {
  stamp(box);
  saying.heard = alarmsIn(box);
  const choice = document.querySelector("[data-now-choice] select");
  choice?.addEventListener("change", () => choice.form.requestSubmit());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      close();
    } else {
      listen();
      lookSoon();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  if (!document.hidden) {
    listen();
    wait(MOST_MS);
  }
}
