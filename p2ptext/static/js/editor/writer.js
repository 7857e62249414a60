// A form of the script while it is written: the length of each text, fields at the caret, the preview.
// Without this file the form's own buttons do the same.
import { ask, fill, say } from "./asking.js";
import { count, wide } from "./sms.js";

const LATER_MS = 400;
const SHOWN_SIGNS = 4;
const FIELD = /\{[^{}\r\n]*\}/;
const CODES = { "\t": "tab", "\u00a0": "hard space", "\n": "new line" };

const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const named = (char) => CODES[char] ??
  (/[\p{Z}\p{C}]/u.test(char) ? `hidden sign U+${char.codePointAt(0).toString(16).toUpperCase()}` : char);

// Typed in the way the browser can undo; where it cannot, put in directly.
const typeOver = (box, from, to, text) => {
  box.focus();
  box.setSelectionRange(from, to);
  const typed = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (!typed) {
    box.setRangeText(text, from, to, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const meterOf = (form, cents) => (box) => {
  const meter = form.querySelector(`[data-meter-of="${box.id}"]`);
  const signs = form.querySelector(`[data-wide-of="${box.id}"]`);
  if (!meter) return;
  const text = box.value.replace(/\r\n?/g, "\n");
  meter.hidden = !text.trim();
  const found = text.trim() ? wide(text) : [];
  const { encoding, units, segments } = count(text.trim());
  const fits = encoding === "GSM-7" ? [160, 153] : [70, 67];
  const room = segments === 1 ? fits[0] : segments * fits[1];
  const cost = cents.map((one) => (one * segments).toFixed(1)).join(" to ");
  const about = FIELD.test(text) ? "before fields are filled in" : "as it leaves";
  const words = `${units} of ${room} characters, ${plural(segments, "segment")}, about ${cost}¢ (an estimate), ${about}`;
  const line = meter.querySelector("[data-count]");
  if (line.textContent !== words) line.textContent = words;
  const bar = meter.querySelector("progress");
  bar.max = room;
  bar.value = Math.min(units, room);
  meter.dataset.tone = segments === 1 ? "" : segments < 4 ? "caution" : "danger";
  showSigns(signs, box, found);
};

const showSigns = (place, box, found) => {
  const key = found.map((one) => `${one.index}${one.char}`).join();
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.hidden = !found.length;
  place.replaceChildren();
  if (!found.length) return;
  const words = document.createElement("p");
  words.textContent = "A segment holds 70 characters instead of 160, because of:";
  const list = document.createElement("ul");
  for (const one of found.slice(0, SHOWN_SIGNS)) list.append(signLine(box, one));
  place.append(words, list);
  if (found.length > SHOWN_SIGNS) {
    const more = document.createElement("p");
    more.textContent = `and ${plural(found.length - SHOWN_SIGNS, "more sign")}`;
    place.append(more);
  }
};

const button = (words, act) => {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: words });
  made.addEventListener("click", act);
  return made;
};

const signLine = (box, { index, char, plain }) => {
  const item = document.createElement("li");
  const sign = Object.assign(document.createElement("strong"), { className: "mono", textContent: named(char) });
  item.append(sign, button("Show it", () => {
    box.focus();
    box.setSelectionRange(index, index + char.length);
  }));
  if (plain === null) return item;
  const words = plain === "" ? "Remove" : plain.trim() ? `Replace with ${plain}` : "Replace with a space";
  item.append(button(words, () => typeOver(box, index, index + char.length, plain)));
  return item;
};

const previewing = (form, current) => {
  const panel = form.querySelector("[data-preview-panel]");
  if (!panel || !form.dataset.preview) return () => {};
  const now = form.querySelector("[data-preview-now]");
  if (now) now.hidden = true;
  let asked = 0;
  const refresh = async (action) => {
    asked += 1;
    const mine = asked;
    const body = new FormData();
    for (const name of ["csrf_token", "contact", "place"]) body.set(name, form.elements[name]?.value ?? "");
    body.set("text", current()?.value ?? "");
    body.set("action", action);
    const answer = await ask(form.dataset.preview, body).catch(() => null);
    // Only the latest question counts; a failed one leaves the button to ask with.
    if (mine !== asked || !form.isConnected) return;
    if (!answer?.ok) {
      if (now) now.hidden = false;
      return;
    }
    const shown = await answer.json();
    const focused = panel.contains(document.activeElement) ? document.activeElement.value : null;
    fill(panel, shown.html);
    if (focused !== null) [...panel.querySelectorAll("button")].find((one) => one.value === focused)?.focus();
    if (action !== "preview") say(panel.querySelector("p")?.textContent ?? "");
  };
  return refresh;
};

const offerWordings = (form, boxes) => {
  const wordings = [...form.querySelectorAll("[data-wording]")];
  const more = form.querySelector("[data-more-wordings]");
  if (!more || wordings.length < 2) return;
  const spare = wordings.at(-1);
  if (boxes().at(-1).value) return;
  spare.hidden = true;
  more.hidden = false;
  more.querySelector("button").addEventListener("click", () => {
    if (spare.hidden) {
      spare.hidden = false;
    } else {
      const number = form.querySelectorAll("[data-wording]").length;
      const copy = spare.cloneNode(true);
      const old = spare.querySelector("textarea").id;
      copy.innerHTML = copy.innerHTML.replaceAll(old, `texts-${number}`);
      copy.querySelectorAll("[data-wide-of]").forEach((one) => { one.hidden = true; one.dataset.key = ""; });
      copy.querySelector("textarea").value = "";
      [...form.querySelectorAll("[data-wording]")].at(-1).after(copy);
    }
    const shown = form.querySelectorAll("[data-wording]");
    if (shown.length >= 5) more.hidden = true;
    [...shown].at(-1).querySelector("textarea").focus();
  });
};

export const write = (form) => {
  const cents = (form.dataset.cents ?? "0.8 1.2").split(" ").map(Number);
  const boxes = () => [...form.querySelectorAll("textarea")].filter((box) => box.closest("[data-wording]"));
  const measure = meterOf(form, cents);
  let last = boxes()[0];
  const refresh = previewing(form, () => last);
  boxes().forEach(measure);
  // On a slow network words may be there before this script is.
  if (boxes().some((box) => box.value !== box.defaultValue)) refresh("preview");
  form.querySelectorAll("[data-inserter]").forEach((one) => { one.hidden = !boxes().length; });
  offerWordings(form, boxes);

  let timer = 0;
  let frame = 0;
  form.addEventListener("input", ({ target }) => {
    if (!target.closest("[data-wording]")) return;
    last = target;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => measure(target));
    clearTimeout(timer);
    timer = setTimeout(() => refresh("preview"), LATER_MS);
  });
  form.addEventListener("focusin", ({ target }) => {
    if (!target.closest("[data-wording]") || target === last) return;
    last = target;
    refresh("preview");
  });
  form.addEventListener("click", (event) => {
    const move = event.target.closest("[data-preview-move]");
    const field = event.target.closest("[data-insert]");
    const sign = event.target.closest("button[value^='replace:']");
    if (move && form.dataset.preview) {
      event.preventDefault();
      clearTimeout(timer);
      refresh(move.value);
    } else if (field && last) {
      const spare = field.dataset.default ? `|${field.dataset.default}` : "";
      typeOver(last, last.selectionStart, last.selectionEnd, `{${field.dataset.insert}${spare}}`);
    } else if (sign && last) {
      event.preventDefault();
      const chosen = sign.value.slice("replace:".length);
      for (const one of wide(last.value).reverse()) {
        if (one.plain !== null && (!chosen || one.char === chosen)) {
          typeOver(last, one.index, one.index + one.char.length, one.plain);
        }
      }
    }
  });
};
