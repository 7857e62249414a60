// The script editor: cards open in place, one at a time; what they save comes back from the server.
// Every link and form of the page does the same by itself, a page at a time.
import { ask, fill, say } from "./asking.js";
import { watch } from "./company.js";
import { keep } from "./keeping.js";
import { write } from "./writer.js";

const editor = document.getElementById("editor");
let opened = null; // {row, box, from, draft}
let kept = { done() {} };

const enliven = (root) => {
  const form = root.querySelector("form[data-writing]");
  if (!form) return { done() {} };
  const draft = keep(form);
  write(form);
  return draft;
};

const formNow = () => document.querySelector("form[data-writing]");
const placeNow = () => formNow()?.elements.place?.value ?? "";
const shownVersion = () => editor?.querySelector("[data-version]")?.dataset.version ?? "";

const close = (focus = true) => {
  if (!opened) return;
  const { row, box, from, draft } = opened;
  opened = null;
  draft.leave?.();
  box.remove();
  row.classList.remove("is-open");
  row.closest(".ask")?.classList.remove("has-open");
  if (focus) from.focus();
};

const show = (html) => {
  const { box } = opened;
  opened.draft.done();
  fill(box, html);
  opened.draft = enliven(box);
  const first = box.querySelector("[data-error-summary]") ?? box.querySelector("input:not([type=hidden]), textarea, select, a, button:not([tabindex])");
  first?.focus();
};

const open = async (link) => {
  const row = link.closest("[data-row]") ?? opened?.row;
  if (!row) return false;
  link.setAttribute("aria-busy", "true");
  const answer = await ask(link.href, null, { part: true }).catch(() => null);
  link.removeAttribute("aria-busy");
  if (!answer?.ok) return false;
  const html = await answer.text();
  const from = opened?.row === row ? opened.from : link;
  close(false);
  const box = Object.assign(document.createElement(row.tagName === "LI" ? "div" : "section"), { className: "opened" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", link.textContent.trim());
  row.classList.add("is-open");
  row.closest(".ask")?.classList.add("has-open");
  row.append(box);
  opened = { row, box, from, draft: { done() {} } };
  show(html);
  look();
  return true;
};

const refresh = async (anchor) => {
  const answer = await ask(editor.dataset.outline, null, { part: true }).catch(() => null);
  if (!answer?.ok) {
    location.reload();
    return;
  }
  const held = editor.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  fill(editor, await answer.text());
  if (held && !anchor) editor.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  const card = anchor ? document.getElementById(anchor) : null;
  const target = card?.querySelector("a[data-open]");
  target?.focus({ preventScroll: Boolean(card) });
  card?.scrollIntoView({ block: "nearest" });
};

const undoable = (words, before) => {
  const note = document.querySelector("[data-looking-words]");
  say(words);
  editor.querySelector("[data-saved]")?.remove();
  const line = Object.assign(document.createElement("div"), { className: "saved cluster cluster-apart" });
  line.dataset.saved = "";
  line.append(Object.assign(document.createElement("p"), { textContent: words }));
  note.after(line);
  document.querySelectorAll("[data-saved]").forEach((one) => { if (one !== line) one.remove(); });
  if (!before) return;
  const form = Object.assign(document.createElement("form"), { method: "post", action: editor.dataset.restore });
  const values = { csrf_token: document.querySelector('meta[name="csrf-token"]').content, ...before };
  for (const [name, value] of Object.entries(values)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.append(Object.assign(document.createElement("button"), { className: "btn btn-quiet", textContent: "Undo" }));
  line.append(form);
};

const post = async (form, submitter) => {
  const body = new FormData(form, submitter);
  submitter?.setAttribute("aria-busy", "true");
  // Not form.action: the buttons that are called "action" stand before it.
  const answer = await ask(form.getAttribute("action"), body, { part: true }).catch(() => null);
  submitter?.removeAttribute("aria-busy");
  delete form.dataset.sent;
  if (!answer) {
    say("No connection. Nothing was saved; your words are kept in this browser.");
    const state = form.querySelector("[data-draft-state]");
    if (state) state.textContent = "No connection. Your words are kept in this browser. Try again in a moment.";
    return;
  }
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    show(await answer.text());
    return;
  }
  const found = await answer.json();
  if (!answer.ok) {
    location.reload();
    return;
  }
  opened.draft.done();
  const link = new URL(found.next, location.href);
  const onward = link.pathname.endsWith("/new");
  close(false);
  await refresh(link.hash.slice(1));
  undoable(found.words, found.undo);
  if (onward) {
    const anchor = link.searchParams.get("step");
    const row = document.querySelector(`[data-row="${CSS.escape(`${anchor}.${link.searchParams.get("answer")}`)}"]`);
    const next = Object.assign(document.createElement("a"), { href: link.href, textContent: "New question" });
    if (!row) location.assign(link);
    else {
      row.append(next);
      await open(next);
      next.remove();
    }
  }
};

const changed = ({ author, overtaken }) => {
  const form = formNow();
  const note = form?.querySelector("[data-overtaken]");
  if (note && overtaken) {
    note.hidden = false;
    note.textContent = `${author} has saved this in the meantime. Your words stay; when you save, you see both.`;
  }
  if (!opened && editor.dataset.outline) {
    refresh();
    say(`${author} has changed the script.`);
  }
};

let look = () => {};
if (editor?.dataset.outline) {
  editor.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-open]");
    const cancel = event.target.closest("a[data-close]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (cancel && opened && plain) {
      event.preventDefault();
      close();
    } else if (link && plain) {
      event.preventDefault();
      if (!await open(link)) location.assign(link.href);
    }
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened?.box.contains(event.target)) close();
  });
  editor.addEventListener("submit", (event) => {
    // Other forms in a card, such as that of a picture, go the way of every page.
    const own = event.target.matches("[data-writing], [data-moving], .placing form");
    if (!own || !opened?.box.contains(event.target) || event.submitter?.closest("[data-preview-panel]")) return;
    event.preventDefault();
    post(event.target, event.submitter);
  });
} else {
  kept = enliven(document);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-writing]") && ["save", "discard"].includes(event.submitter?.value)) kept.done();
  });
}
if (editor?.dataset.looking) look = watch(editor, { place: placeNow, version: () => formNow()?.elements.base?.value || shownVersion(), changed });
