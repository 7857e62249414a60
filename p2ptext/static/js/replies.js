// Replies: the list keeps itself fresh, a conversation shows new texts without losing the draft.
// Nothing is sent by itself; each page works without this script.

const say = (words, urgent) => window.p2ptext.say(words, urgent);

const fetched = async (url) => {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error", cache: "no-store" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // no connection: the next hint tries again
  }
};

// Many hints in one moment make one request; a hint during a request makes one more after it.
const gathered = (act) => {
  let running = false;
  let again = false;
  const run = async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    await act();
    running = false;
    if (again) {
      again = false;
      run();
    }
  };
  return run;
};

// ---------------------------------------------------------------- the list

// By the server's clock: a phone's may be wrong.
const serverNow = document.querySelector("[data-now]")?.dataset.now;
const ahead = serverNow ? new Date(serverNow) - Date.now() : 0;

const words = (iso) => {
  const minutes = Math.max(0, Math.floor((Date.now() + ahead - new Date(iso)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `waits ${minutes} min`;
  return minutes < 36 * 60 ? `waits ${Math.round(minutes / 60)} h` : `waits ${Math.round(minutes / 1440)} days`;
};

const ago = () => {
  document.querySelectorAll("time[data-ago]").forEach((time) => { time.textContent = words(time.dateTime); });
};

const list = () => {
  const here = document.getElementById("reply-list");
  let waiting = here.querySelectorAll("time[data-ago]").length;
  const refresh = gathered(async () => {
    const fresh = (await fetched(window.location.href))?.getElementById("reply-list");
    if (!fresh || fresh.innerHTML === here.dataset.last) return;
    here.dataset.last = fresh.innerHTML;
    const focus = here.contains(document.activeElement) && document.activeElement.getAttribute("href");
    here.replaceChildren(...fresh.childNodes);
    if (focus) here.querySelector(`a[href="${CSS.escape(focus)}"]`)?.focus();
    ago();
    const now = here.querySelectorAll("time[data-ago]").length;
    document.title = document.title.replace(/^Replies( \(\d+\))?/, now ? `Replies (${now})` : "Replies");
    if (now > waiting) say(now === 1 ? "1 reply waits" : `${now} replies wait`);
    waiting = now;
  });
  ago();
  setInterval(ago, 30_000);
  document.addEventListener("p2ptext:live", refresh);
  document.addEventListener("p2ptext:waiting", ({ detail }) => { if (detail.waiting !== waiting) refresh(); });
};

// ---------------------------------------------------------------- counting

// The letters of the short alphabet; one outside it, and the whole text has room for fewer.
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const GSM_DOUBLE = new Set("^{}\\[~]|€\f");

const room = (text) => {
  const letters = [...text];
  const short = letters.every((one) => GSM.has(one) || GSM_DOUBLE.has(one));
  const used = short ? letters.reduce((sum, one) => sum + (GSM_DOUBLE.has(one) ? 2 : 1), 0) : text.length;
  const [alone, each] = short ? [160, 153] : [70, 67];
  const parts = used <= alone ? 1 : Math.ceil(used / each);
  return { parts, left: parts === 1 ? alone - used : parts * each - used };
};

// ---------------------------------------------------------------- one conversation

const thread = (screen) => {
  const part = screen.querySelector("[data-part]");
  const draft = document.getElementById("draft");

  const toEnd = () => window.scrollTo(0, document.documentElement.scrollHeight);

  const count = () => {
    const { parts, left } = room(draft.value);
    const letters = `${left} ${left === 1 ? "character" : "characters"} left`;
    document.getElementById("left").textContent = parts === 1 ? letters : `Goes out as ${parts} texts, ${letters}`;
  };

  const closeComposer = () => {
    const form = document.getElementById("reply");
    if (!form) return;
    document.getElementById("answer").disabled = true;
    document.getElementById("chips")?.remove();
    draft.readOnly = true; // what was written stays to be read, and copied
    draft.removeEventListener("input", count);
    document.getElementById("left").textContent = "";
  };

  // New texts are added at the end, so that a screen reader speaks them and nothing else; of the
  // older ones only the words under them change.
  const merge = (fresh) => {
    const log = part.querySelector("[role=log]");
    const old = [...log.children];
    const now = [...fresh.querySelector("[role=log]").children];
    const added = now.slice(old.length);
    old.forEach((bubble, index) => {
      if (!now[index]) return;
      if (bubble.className !== now[index].className) bubble.className = now[index].className;
      const [note, newer] = [bubble, now[index]].map((one) => one.querySelector(".bubble-note"));
      if (note && newer && note.dataset.last !== newer.innerHTML) {
        note.dataset.last = newer.innerHTML;
        note.replaceChildren(...newer.childNodes);
      }
    });
    log.append(...added);
    const token = fresh.querySelector('input[name="token"]');
    part.querySelector('input[name="token"]')?.replaceWith(...(token ? [token] : []));
    const verdict = fresh.querySelector("[data-verdict]");
    const before = part.querySelector("[data-verdict]");
    if (verdict && verdict.textContent !== before?.textContent) {
      before?.remove();
      part.append(verdict);
      say(verdict.textContent.trim().replace(/\s+/g, " "), true);
    }
    if (!token) closeComposer();
    return added;
  };

  const refresh = gathered(async () => {
    const fresh = await fetched(screen.dataset.partUrl);
    if (!fresh?.querySelector("[role=log]")) return;
    const added = merge(fresh);
    part.querySelectorAll("time[data-local-time]").forEach(localTime);
    if (added.length) toEnd();
    const theirs = added.some((bubble) => bubble.matches(".bubble-in"));
    if (theirs && draft && draft.value.trim() && !draft.readOnly) {
      document.getElementById("left").textContent = "They wrote again. Read it before you send.";
    }
  });

  document.addEventListener("p2ptext:live", ({ detail }) => {
    if (detail.kind === "state" || detail.conversation === screen.dataset.conversation) refresh();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

  if (draft) compose(draft, count);
  toEnd();
  document.fonts.ready.then(toEnd); // lines break elsewhere once the real letters are there
};

const clock = new Intl.DateTimeFormat(document.documentElement.lang || "en", { month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" });
const localTime = (time) => {
  time.textContent = clock.format(new Date(time.dateTime)).replace(/\b[AP]M\b/, (half) => half.toLowerCase());
};

const compose = (draft, count) => {
  const form = document.getElementById("reply");
  const answer = document.getElementById("answer");
  const chips = document.getElementById("chips");

  if (chips) {
    chips.hidden = false;
    chips.addEventListener("click", (event) => {
      const chip = event.target.closest("[data-fill]");
      if (!chip) return;
      // What the person wrote is never lost: the suggestion goes after it.
      const written = draft.value.trim();
      draft.value = written && written !== chip.dataset.fill && draft.dataset.filled !== draft.value
        ? `${written} ${chip.dataset.fill}` : chip.dataset.fill;
      draft.dataset.filled = draft.value;
      draft.focus();
      draft.setSelectionRange(draft.value.length, draft.value.length);
      count();
    });
  }

  // Sent by a person's own press, once: not by a held key, not by a program.
  answer.addEventListener("click", (event) => { if (!event.isTrusted) event.preventDefault(); });
  answer.addEventListener("keydown", (event) => { if (event.repeat) event.preventDefault(); });
  draft.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (event.isTrusted && !event.repeat && !answer.disabled) form.requestSubmit(answer);
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault(); // a failed page load could lose what was written
    document.getElementById("left").textContent = "No connection. Your words are still here; send again when it is back.";
    say("No connection. Your words are still here.", true);
  });
  draft.addEventListener("input", count);
  count();
};

// The question before an opt-out: a dialog. Without script the same part stands in the page.
const dialogs = () => {
  document.querySelectorAll("[data-opens-dialog]").forEach((link) => {
    const dialog = document.getElementById(link.dataset.opensDialog);
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "dialog");
    const show = (event) => {
      event.preventDefault();
      dialog.showModal();
      dialog.querySelector("[data-closes-dialog]").focus(); // the harmless way out comes first
    };
    link.addEventListener("click", show);
    link.addEventListener("keydown", (event) => { if (event.key === " ") show(event); });
  });
  document.querySelectorAll("[data-closes-dialog]").forEach((link) => {
    link.setAttribute("role", "button");
    const hide = (event) => {
      event.preventDefault();
      link.closest("dialog").close();
    };
    link.addEventListener("click", hide);
    link.addEventListener("keydown", (event) => { if (event.key === " ") hide(event); });
  });
};

dialogs();
if (document.getElementById("reply-list")) list();
const screen_ = document.querySelector("[data-conversation]");
if (screen_) thread(screen_);
