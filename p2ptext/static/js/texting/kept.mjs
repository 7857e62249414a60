// Taps that have not left yet survive a reload here, and nothing else does: a card's number, its
// token and hash, and when it was tapped. No name, no phone number, no words. Where a browser keeps
// nothing, the page's memory has to do.
//
// Each tap belongs to one person on one campaign's page. After a reload its age is the larger of
// two: by the server's clock, which the page learns as it comes, and by this device's own.

const FORGET_MS = 3_600_000; // a card's token is worth nothing after an hour

const promised = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  request.onblocked = request.onerror;
});

let opening = null;
const own = new Set(); // tokens of this page's own taps: its outbox has them, or has settled them

/** Does one thing with the stored taps; `otherwise` when this browser stores nothing. */
const stored = async (mode, act, otherwise) => {
  try {
    if (!opening) {
      const request = indexedDB.open("texting", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "token" });
      opening = promised(request);
    }
    return await promised(act((await opening).transaction("taps", mode).objectStore("taps")));
  } catch {
    return otherwise;
  }
};

export const drop = (token) => stored("readwrite", (taps) => taps.delete(token));

/** Keeps a tap of now. `whose` names the person and the page; `server` is the server's time, never
    later than it truly is. */
export const keep = ({ id, token, hash }, whose, server) => {
  own.add(token);
  return stored("readwrite", (taps) => taps.put({ id, token, hash, whose, server, wall: Date.now() }));
};

/** The taps of this person on this page from before it was loaded, oldest first, each with its `age`
    in milliseconds, which is never too small. A busy phone can take so long to ask for them that the
    page has taps of its own by then: those would leave twice, or after they were taken back. `server`
    is the server's time, never earlier than it truly is. What is worth nothing any more is forgotten,
    whoever it belongs to. */
export const kept = async (whose, server) => {
  const rows = await stored("readonly", (taps) => taps.getAll(), []);
  const aged = rows.map((row) => ({ ...row, age: Math.max(server - row.server, Date.now() - row.wall) }));
  aged.filter((row) => row.age > FORGET_MS).forEach((row) => drop(row.token));
  const before = aged.filter((row) => row.whose === whose && row.age <= FORGET_MS && !own.has(row.token));
  return before.sort((one, other) => one.wall - other.wall);
};
