// What a screen reader hears: one announcement for each event, at most one every three seconds, the
// newest words of each kind.

const QUIET_MS = 3000;

const lane = (urgent) => ({ urgent, words: new Map(), quiet: 0, timer: 0 });
const lanes = { true: lane(true), false: lane(false) };
let refusals = 0;

export const say = (kind, words, urgent = false) => {
  const one = lanes[urgent];
  one.words.set(kind, words);
  if (one.timer) return;
  one.timer = setTimeout(() => {
    one.timer = 0;
    one.quiet = performance.now() + QUIET_MS;
    window.p2ptext.say([...one.words.values()].join(" "), urgent);
    one.words.clear();
    refusals = 0;
  }, Math.max(50, one.quiet - performance.now()));
};

/** Several refusals in a row are one announcement. */
export const sayRefused = (words) => {
  refusals += 1;
  say("refused", refusals > 1 ? `${refusals} texts were not sent. The list "Not sent" says why.` : words, true);
};
