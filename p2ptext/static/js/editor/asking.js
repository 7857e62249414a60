// How this page asks the server for things.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// `part` asks for the part of a page instead of the whole. Throws where no answer comes.
export const ask = (url, body = null, { part = false, keepalive = false } = {}) => {
  const headers = { Accept: part ? "text/html, application/json" : "application/json" };
  if (part) headers["X-Part"] = "1";
  if (body) headers["X-CSRFToken"] = token;
  return fetch(url, {
    method: body ? "POST" : "GET", body, headers, keepalive, redirect: part ? "error" : "follow",
  });
};

// Only the server's own page parts come in this way; it has escaped everything in them.
export const fill = (place, html) => {
  place.innerHTML = html;
  place.querySelectorAll("time[data-local-time]").forEach((time) => {
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, {
      month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
    });
  });
};

export const clock = (iso) =>
  new Date(iso).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });

export const say = (words) => window.p2ptext?.say(words);
