// Small helps for every page. Each page works without them.
"use strict";

(() => {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // Says `words` to screen readers. The regions are in the page from the start, or the first
  // message would not be spoken.
  const say = (words, urgent = false) => {
    const region = document.querySelector(`[data-live="${urgent ? "assertive" : "polite"}"]`);
    if (!region) return;
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = words; });
  };
  window.p2ptext = Object.assign(window.p2ptext || {}, { say });

  // Only the reader closes a message; none goes away by itself.
  const offerClosing = (root) => {
    root.querySelectorAll("[data-dismiss]").forEach((button) => { button.hidden = false; });
  };

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
    say("Copied");
  };

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-dismiss]");
    if (close) {
      close.closest("[data-flash]").remove();
      document.getElementById("main").focus();
    }
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier);
    each("details[data-menu][open]", (menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    each("details[data-menu][open]", (menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A second press of the same button does nothing while the first is on its way. The server
  // checks as well; this only spares the reader a confusing answer.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });

  // The back button may show this page again as it was left: open its forms again.
  window.addEventListener("pageshow", () => {
    each("form[data-once]", (form) => { delete form.dataset.sent; });
    each("[aria-busy=true]", (button) => { button.removeAttribute("aria-busy"); });
  });

  // Times in the reader's own zone.
  const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
    month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
  });
  const localTimes = (root) => {
    root.querySelectorAll("time[data-local-time]").forEach((time) => {
      time.textContent = clock.format(new Date(time.dateTime)).replace(/\b[AP]M\b/, (half) => half.toLowerCase());
      time.removeAttribute("data-local-time");
    });
  };

  const dress = (root) => {
    offerClosing(root);
    localTimes(root);
    if (navigator.clipboard) {
      root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    }
  };

  window.p2ptext.dress = dress;

  // htmx: send the token that proves the request came from our page; dress what arrives.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

  dress(document);
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  // Where a row of links is wider than the page, the chosen one is in sight, and a part of its neighbours.
  each(".site-nav [aria-current], .tabs [aria-current]", (here) => {
    const row = here.closest("ul");
    row.scrollLeft = here.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  });
})();
