// Keeps a campaign's numbers fresh. Changed words are changed in place, so that focus, selection and
// scroll stay where they are; only what got another shape is replaced.
const EVERY_MS = 10_000;
const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
  hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});

const stamp = (root) => {
  root.querySelectorAll("time[data-stamp]").forEach((time) => {
    time.textContent = clock.format(new Date(time.dateTime)).replace(/\b[AP]M\b/, (half) => half.toLowerCase());
  });
};

const sameShape = (old, fresh) =>
  old.nodeName === fresh.nodeName && old.childNodes.length === fresh.childNodes.length;

// A chart that was drawn from its table, and what the reader has opened or closed, are the page's own.
const isOwn = (node) => node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-chart-place");
const isState = (node, name) =>
  (node.nodeName === "DETAILS" && name === "open") || (name === "class" && node.hasAttribute("data-chart"));

const renew = (old, fresh) => {
  if (isOwn(old) && isOwn(fresh)) return;
  if (!sameShape(old, fresh)) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...(old.attributes || [])]) {
    if (!fresh.hasAttribute(name) && !isState(old, name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes || []) {
    if (old.getAttribute(name) !== value && !isState(old, name)) old.setAttribute(name, value);
  }
  const incoming = [...fresh.childNodes];
  [...old.childNodes].forEach((child, place) => renew(child, incoming[place]));
};

const show = (box, html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  stamp(fresh);
  const had = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  renew(box.firstElementChild, fresh.firstElementChild);
  if (had && !box.contains(document.activeElement)) {
    const again = [...box.querySelectorAll("a")].find((link) => link.getAttribute("href") === had);
    if (again) again.focus({ preventScroll: true });
  }
};

const refresh = async (box) => {
  const stale = document.getElementById("stale");
  try {
    const answer = await fetch(box.dataset.numbers, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(box, await answer.text());
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
};

const box = document.querySelector("[data-numbers]");
if (box) {
  stamp(box);
  // One at a time: the next request starts ten seconds after the last has ended.
  const wait = () => setTimeout(async () => {
    if (!document.hidden) await refresh(box);
    wait();
  }, EVERY_MS);
  wait();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(box); });
}
