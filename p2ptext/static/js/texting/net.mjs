// Requests to the server. Always an answer, never an exception.

const ANSWER_MS = 10_000; // an attempt without an answer is given up and made again

const csrf = document.querySelector('meta[name="csrf-token"]').content;

/** Milliseconds that a refusal asks to wait: its own word, or the header of a server under load. */
const patience = (response, data) => {
  if (data.retry_after_ms !== undefined) return data.retry_after_ms;
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? seconds * 1000 : undefined;
};

/** `status` 0: nothing certain is known (no connection, no answer in time, or an answer that is not
    ours, as from a café's sign-in page). 401: signed out. */
export const ask = async (url, body, abort = new AbortController()) => {
  const timer = setTimeout(() => abort.abort(), ANSWER_MS);
  const options = { headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store", signal: abort.signal };
  if (body !== undefined) {
    options.method = "POST";
    options.keepalive = true; // leaves even if the page is closed at this moment
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = csrf;
  }
  try {
    const response = await fetch(url, options);
    if (response.type === "opaqueredirect") return { status: 401, data: {} };
    const text = await response.text();
    try {
      const data = JSON.parse(text);
      return { status: response.status, data, retryAfter: patience(response, data) };
    } catch {
      return { status: response.status < 400 ? 0 : response.status, data: {}, retryAfter: patience(response, {}) };
    }
  } catch {
    return { status: 0, data: {} };
  } finally {
    clearTimeout(timer);
  }
};
