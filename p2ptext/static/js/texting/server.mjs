// What the server said last, and what time it is there.

import { age, stamp } from "./clock.mjs";

export const screen_ = document.getElementById("texting");
export const urls = screen_.dataset;

export const server = {
  state: "loading",
  words: "",
  opensAt: null,
  closesAt: null,
  progress: { sent: 0, total: 0 },
  waiting: 0,
  notSent: 0,
  minutes: null,
  since: stamp(),
  ahead: 0, // how far this device's clock is behind
  told: { now: 0, page: 0 }, // the server's time, and the page's own at that moment
  updated: false, // the server serves a newer page than this one
};

const KNOWN = [["state", "state"], ["words", "words"], ["opensAt", "opens_at"], ["closesAt", "closes_at"], ["notSent", "not_sent"]];

/** Takes in an answer. `fresh`: nothing was under way, so its count is the truth. */
export const learn = (data, fresh = false) => {
  for (const [ours, theirs] of KNOWN) {
    if (data[theirs] !== undefined) server[ours] = data[theirs];
  }
  if (data.minutes_left !== undefined) {
    server.minutes = data.minutes_left;
    server.since = stamp();
  }
  if (data.now) {
    server.told = { now: Date.parse(data.now), page: performance.now() };
    server.ahead = server.told.now - Date.now();
  }
  if (data.progress && fresh) server.progress = data.progress;
  if (data.page_version && data.page_version !== urls.pageVersion) server.updated = true;
};

/** The server's time, never later than it is: it was told a moment before it was heard. */
export const serverNow = () => server.told.now + performance.now() - server.told.page;

/** The server's time, never earlier than it is: the page was written after it was asked for. */
export const latestServerNow = () =>
  server.told.now + Math.max(performance.now(), Date.now() - performance.timeOrigin);

export const minutesLeft = () =>
  server.minutes === null ? null : Math.max(0, server.minutes - Math.floor(age(server.since) / 60_000));
