// The practice without a request for every press: the page holds all its moments.

const place = document.getElementById("practice");

function held(id) {
  return [...document.querySelectorAll("template[data-of]")].find((one) => one.dataset.of === id);
}

function idOf(parameters) {
  return `${parameters.get("at") || "begin"}.${parameters.get("choice") || ""}`;
}

function show(id) {
  const moment = held(id);
  if (!moment) return false;
  place.replaceChildren(moment.content.cloneNode(true));
  place.querySelector("[data-focus]")?.focus();
  return true;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "get" || !place.contains(form)) return;
  const parameters = new URLSearchParams(new FormData(form, event.submitter));
  if (!show(idOf(parameters))) return;
  event.preventDefault();
  history.pushState(null, "", `?${parameters}`);
});

window.addEventListener("popstate", () => {
  if (!show(idOf(new URLSearchParams(location.search)))) location.reload();
});
