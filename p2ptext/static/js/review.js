// Message review: single keys while the list or the open conversation has the focus, and conversations
// beside the list where there is room. No key sends or changes anything: they move, open and go back.
// Without it every link is a page of its own.

import { goesWith } from "./goes_with.mjs";

const root = document.querySelector("[data-review]");
const list = root?.querySelector("[data-review-list]");
const pane = root?.querySelector("[data-review-pane]");
const roomy = window.matchMedia("(min-width: 70rem)");
const dress = (part) => window.p2ptext?.dress?.(part);
let wanted = 0;

const rows = () => [...(list?.querySelectorAll("[data-row]") ?? [])];
const rowOf = (id) => rows().find((row) => row.dataset.row === id);
const openId = () => pane?.querySelector("[data-talk]")?.dataset.talk;

const put = (box, html) => {
  box.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
};

const mark = (id) => rows().forEach((row) => {
  const here = row.dataset.row === id;
  const item = row.closest("li");
  if (here) item.setAttribute("aria-current", "true"); else item.removeAttribute("aria-current");
});

const prepare = (part) => {
  dress(part);
  part.querySelectorAll("[data-offers]").forEach((offers) => { offers.hidden = false; });
};

// The part of a conversation that stands beside the list; the address keeps which one is open.
const open = async (href, { quiet = false } = {}) => {
  if (!list || !pane || !roomy.matches) {
    window.location.assign(href);
    return;
  }
  const turn = wanted += 1;
  const address = new URL(href, window.location.href);
  pane.setAttribute("aria-busy", "true");
  let html = "";
  try {
    const answer = await fetch(address, { headers: { "X-Part": "1", Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    html = await answer.text();
  } catch {
    window.location.assign(href);
    return;
  }
  if (turn !== wanted) return;
  put(pane, html);
  pane.removeAttribute("aria-busy");
  root.classList.add("has-open");
  const id = openId();
  const shown = new URL(window.location.href);
  shown.searchParams.set("open", id);
  shown.searchParams.set("at", address.searchParams.get("at") ?? "");
  window.history.replaceState(null, "", shown);
  // Forms lead back to the address as it is now: with this page of the list.
  pane.querySelectorAll("input[name=back]").forEach((input) => { input.value = `${shown.pathname}${shown.search}#talk`; });
  prepare(pane);
  mark(id);
  const title = pane.querySelector("#talk-title");
  if (title && !quiet) title.focus({ preventScroll: true });
  title?.scrollIntoView({ block: "nearest" });
};

// What goes with the words of the script is seen before it leaves, and may be left out.
const show = (form, { media, kind, description }) => {
  const place = form.querySelector("[data-goes-with]");
  place.hidden = !media;
  place.replaceChildren();
  if (!media) return;
  const without = document.createElement("button");
  without.type = "button";
  without.className = "btn";
  without.textContent = "Leave it out";
  without.addEventListener("click", () => {
    const offered = form.querySelector("[data-offered]");
    offered.value = offered.value.replace(/\.m\d+$/, "");
    show(form, {});
    form.querySelector("[data-answer]").focus();
  });
  place.append(goesWith({ url: media, kind, description }), without);
};

const step = (by) => {
  const all = rows();
  if (!all.length) return;
  const current = all.indexOf(document.activeElement);
  const open_ = all.findIndex((row) => row.dataset.row === openId());
  const from = current >= 0 ? current : open_ >= 0 ? open_ : by > 0 ? -1 : all.length;
  const next = all[Math.max(0, Math.min(all.length - 1, from + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};

const neighbour = (which) => {
  const link = pane?.querySelector(`[data-${which}]`);
  if (link) open(list ? link.dataset.part : link.href);
};

const back = () => {
  if (!list) {
    window.location.assign(root.dataset.listUrl);
    return;
  }
  (rowOf(openId()) ?? rows()[0] ?? list.querySelector("#found"))?.focus();
};

const search = () => {
  const field = document.querySelector("[data-search]");
  if (field) field.select(); else window.location.assign(root.dataset.listUrl);
};

const IN_LIST = { j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1) };
const ANYWHERE = { n: () => neighbour("later"), p: () => neighbour("earlier"), u: back, "/": search };

const types = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

root?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
  const inList = list?.contains(event.target);
  const act = (inList && IN_LIST[event.key]) || ANYWHERE[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

root?.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const fill = event.target.closest("[data-fill]");
  if (fill) {
    const form = fill.closest("form");
    form.querySelector("[data-answer]").value = fill.dataset.fill;
    form.querySelector("[data-offered]").value = fill.dataset.offer;
    show(form, fill.dataset);
    form.querySelector("[data-answer]").focus();
    return;
  }
  const link = event.target.closest("[data-row], [data-part]");
  if (!link || !list || !roomy.matches) return;
  event.preventDefault();
  open(link.dataset.part ?? link.href);
});

if (root) {
  root.querySelectorAll("[data-review-help]").forEach((help) => { help.hidden = false; });
  prepare(root);
  // After a search the keys work at once: the number found has the focus, and is read out.
  const asked = new URLSearchParams(window.location.search);
  const heading = pane?.querySelector("#talk-title") ?? (asked.size ? list?.querySelector("#found") : null);
  heading?.focus({ preventScroll: true });
}

// What takes longer to count is counted after the page is there.
const found = root?.querySelector("[data-count-url]");
if (found) {
  fetch(found.dataset.countUrl, { headers: { Accept: "text/html" }, redirect: "error" })
    .then(async (answer) => {
      if (!answer.ok) return;
      found.textContent = await answer.text();
      window.p2ptext?.say?.(found.textContent);
    })
    .catch(() => { /* The words that stand there are true, too. */ });
}

// The inbox: what comes in appears, unless somebody is about to decide something in it.
const fresh = document.querySelector("[data-fresh]");
if (fresh) {
  let timer = 0;
  const busy = () => fresh.contains(document.activeElement) || fresh.querySelector("details.confirm[open]");
  const refetch = async () => {
    if (busy()) {
      timer = setTimeout(refetch, 2000);
      return;
    }
    try {
      const answer = await fetch(fresh.dataset.fresh, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) return;
      const html = await answer.text();
      if (busy()) {
        timer = setTimeout(refetch, 2000);
        return;
      }
      put(fresh, html);
      dress(fresh);
      window.p2ptext?.say?.("The inbox has changed.");
    } catch {
      // No connection: the next hint asks again.
    }
  };
  document.addEventListener("p2ptext:live", ({ detail }) => {
    if (!["unrouted", "state", "missed"].includes(detail.kind)) return;
    clearTimeout(timer);
    timer = setTimeout(refetch, 300);
  });
}
