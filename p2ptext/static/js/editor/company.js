// Two managers see each other: who else is in the script, and where; and whether they have saved.
import { ask } from "./asking.js";

const EVERY_MS = 4000;

export const watch = (editor, { place, version, changed }) => {
  const words = document.querySelector("[data-looking-words]");
  const show = (others) => {
    document.querySelectorAll("[data-with]").forEach((row) => row.removeAttribute("data-with"));
    for (const one of others) {
      if (!one.place) continue;
      const where = one.place.replace(/\.new$/, "");
      const row = document.querySelector(`[data-row="${CSS.escape(one.place)}"]`) ??
        document.querySelector(`[data-row="${CSS.escape(where)}"]`);
      if (row) row.dataset.with = `${one.name} is editing this`;
    }
    const text = others.map((one) =>
      `${one.name} is ${one.place && one.place === place() ? "editing this too" : one.place ? "editing another place" : "looking at this script"}.`).join(" ");
    if (words.textContent !== text) words.textContent = text;
    words.hidden = !text;
  };
  const look = async () => {
    if (document.hidden) return;
    const body = new FormData();
    body.set("place", place());
    body.set("base", version());
    const answer = await ask(editor.dataset.looking, body).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    show(found.others);
    if (found.author && String(found.version) !== String(version())) changed(found);
  };
  look();
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  return look;
};
