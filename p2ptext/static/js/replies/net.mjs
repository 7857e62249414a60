// Requests of the reply pages. Always an answer, never an exception.

const ANSWER_MS = 12_000;

const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

/** A page or a part of one as a document; null where it could not be had. */
export const getPage = async (url) => {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error", cache: "no-store" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // no connection: the next hint tries again
  }
};

/** `{blob}`, or `{words}` why there is none; neither where nothing was heard. */
export const getPicture = async (url) => {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) return {};
    return answer.headers.get("Content-Type").startsWith("image/") ? { blob: await answer.blob() } : await answer.json();
  } catch {
    return {}; // no connection
  }
};

/** Posts the fields of a form. `status` 0: nothing certain is known. 401: signed out. */
export const post = async (url, fields = {}) => {
  const body = new URLSearchParams(fields);
  body.delete("csrf_token");
  const options = {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": csrf() },
    redirect: "manual",
    cache: "no-store",
    keepalive: true, // leaves even if the page is closed at this moment
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  try {
    const response = await fetch(url, options);
    if (response.type === "opaqueredirect") return { status: 401, data: {} };
    try {
      const data = await response.json();
      if (data.waiting !== undefined) document.dispatchEvent(new CustomEvent("p2ptext:waiting", { detail: data }));
      return { status: response.status, data };
    } catch {
      return { status: response.status < 400 ? 0 : response.status, data: {} };
    }
  } catch {
    return { status: 0, data: {} };
  }
};

/** What to tell about an answer that is no success; the server's own words come first. */
export const wordsOf = ({ status, data }) => {
  if (status === 401 || data.code === "form_expired") return "You are signed out. Sign in in another tab, then try again here.";
  if (data.words) return data.words;
  if (status === 0) return "No connection.";
  return status === 429 ? "That was a little fast. Try again in a moment." : "The server has a problem just now.";
};

/** Many calls in one moment make one; a call during it makes one more after it. */
export const gathered = (act) => {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await act();
    } while (again);
    running = null;
  };
  return () => {
    if (running) again = true;
    else running = run();
    return running;
  };
};
