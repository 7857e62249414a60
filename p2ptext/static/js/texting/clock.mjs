// Two clocks of the page. Its own cannot be set, but may stand still while a phone sleeps; the one on
// the wall runs on, but can be set. The older of the two ages counts: a tap can only expire sooner.

export const stamp = (ago = 0) => ({ page: performance.now() - ago, wall: Date.now() - ago });

export const age = (since) => Math.round(Math.max(performance.now() - since.page, Date.now() - since.wall, 0));

export const pause = (milliseconds) => new Promise((go) => { setTimeout(go, milliseconds); });
