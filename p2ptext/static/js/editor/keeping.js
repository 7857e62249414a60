// What is typed survives a reload, a lost network and a closed tab: kept in this browser at once, and with
// the server a moment later. Only Save makes a version of it.
import { ask, clock } from "./asking.js";

const LATER_MS = 900;
const AGAIN_MS = 5000;
const SKIPPED = new Set(["csrf_token", "action", "contact", "place", "base", "to"]);

const stored = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const store = (key, value) => {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch { /* a browser that keeps nothing still has the server's draft */ }
};

const typed = (form) =>
  Object.fromEntries([...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string"));

const put = (form, values) => {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (field && "value" in field) field.value = value;
  }
};

export const keep = (form) => {
  if (!form.dataset.draft || form.elements.place === undefined) return { done() {} };
  const key = `p2ptext-draft:${form.dataset.draft}:${form.elements.place.value}`;
  const state = form.querySelector("[data-draft-state]");
  const tell = (words) => { if (state && state.textContent !== words) state.textContent = words; };
  let before = JSON.stringify(typed(form));
  let timer = 0;
  let over = false;

  const send = async (keepalive = false) => {
    clearTimeout(timer);
    const values = typed(form);
    const now = JSON.stringify(values);
    if (over || now === before) return;
    const body = new FormData();
    for (const name of ["csrf_token", "place", "base"]) body.set(name, form.elements[name].value);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const answer = await ask(form.dataset.draft, body, { keepalive }).catch(() => null);
    if (over) return;
    if (answer?.ok) {
      before = now;
      if (JSON.stringify(typed(form)) === now) store(key, null);
      tell(`Saved as draft ${clock((await answer.json()).saved_at)}`);
    } else if (answer?.status === 422) {
      tell((await answer.json().catch(() => ({}))).words ?? "This cannot be kept as a draft.");
    } else {
      tell("No connection. Your words are kept in this browser, and sent when it is back.");
      timer = setTimeout(send, AGAIN_MS);
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      store(key, typed(form));
      send();
    }, LATER_MS);
  };
  const leave = () => {
    if (over || !form.isConnected || JSON.stringify(typed(form)) === before) return;
    store(key, typed(form));
    send(true);
  };

  const left = stored(key);
  if (left && JSON.stringify(left) !== before) {
    put(form, left);
    tell("These are your words, as you left them. They are not saved yet.");
    later();
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", () => form.isConnected && send());
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  return {
    leave,
    // The words are saved as a version, or not wanted: nothing of them comes back.
    done() {
      over = true;
      clearTimeout(timer);
      store(key, null);
    },
  };
};
