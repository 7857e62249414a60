// Tells the page that something arrived. A hint only: the page fetches the truth from the server.
//   p2ptext:live     detail {kind, conversation}   something happened: a "reply", the "state" of
//                    texts, an "offer" to take over, somebody "looking", a "lead" who advised; "missed":
//                    the stream is open now, and what came before it was nobody's to hear
//   p2ptext:waiting  detail {waiting, not_sent}                        fresh numbers
// Elements marked data-waiting show how many replies wait.
"use strict";

(() => {
  const { liveUrl, waitingUrl } = document.currentScript.dataset;
  const POLL_MS = 20_000;
  const GIVE_UP_AFTER = 3;
  let stream = null;
  let failures = 0;
  let timer = 0;
  let asking = 0;

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`p2ptext:${name}`, { detail }));

  const show = (waiting) => {
    document.querySelectorAll("[data-waiting]").forEach((element) => {
      element.hidden = !waiting;
      element.querySelectorAll("[data-waiting-count], [data-waiting-number]").forEach((number) => { number.textContent = waiting; });
      element.querySelectorAll("[data-waiting-noun]").forEach((noun) => { noun.textContent = waiting === 1 ? "reply" : "replies"; });
    });
  };

  const refetch = async () => {
    try {
      const answer = await fetch(waitingUrl, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) return;
      const numbers = await answer.json();
      show(numbers.waiting);
      tell("waiting", numbers);
    } catch {
      // No connection: the next hint or the next poll asks again.
    }
  };

  // Many hints in one moment make one request.
  const refetchSoon = () => {
    clearTimeout(asking);
    asking = setTimeout(refetch, 150);
  };

  const heard = (kind) => (event) => {
    tell("live", { kind, conversation: event.data });
    refetchSoon();
  };

  const close = () => {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  };

  // A stream that cannot be had is replaced by slow asking; each time it is tried again.
  const failed = () => {
    close();
    failures += 1;
    const patience = failures < GIVE_UP_AFTER ? 1000 * 2 ** failures : POLL_MS;
    if (failures >= GIVE_UP_AFTER) refetch();
    timer = setTimeout(open, patience);
  };

  const open = () => {
    close();
    stream = new EventSource(liveUrl);
    stream.onopen = () => {
      tell("live", { kind: "missed", conversation: "" });
      if (failures) refetchSoon();
      failures = 0;
    };
    stream.onerror = failed;
    ["reply", "state", "offer", "looking", "lead", "unrouted"].forEach((kind) => stream.addEventListener(kind, heard(kind)));
  };

  // A browser allows six connections to one server: a page that nobody looks at gives its own back.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      refetchSoon();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  document.addEventListener("p2ptext:waiting", (event) => show(event.detail.waiting));
  // By then everybody who wants to hear listens.
  document.addEventListener("DOMContentLoaded", () => { if (!document.hidden) open(); });
})();
