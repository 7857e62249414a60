// Tells the server that somebody looks at this conversation, and whether they write; shows who else does.

import { say } from "../texting/speech.mjs";
import { post } from "./net.mjs";
import { screen_ } from "./thread.mjs";

const EVERY_MS = 9_000; // twice in the time for which the server takes somebody to be there
const WRITES_MS = 10_000; // after the last letter

let typed = -Infinity;
let was = false;

const show = (others) => {
  const place = document.querySelector('[data-swap="aids"]');
  let line = document.getElementById("others");
  const words = others.join(". ");
  if ((line?.textContent ?? "") === words) return;
  if (!words) {
    line.remove();
    return;
  }
  if (!line) {
    line = document.createElement("p");
    line.id = "others";
    line.className = "others";
    place.prepend(line);
  }
  line.textContent = words;
  line.classList.toggle("is-writing", words.includes("writing"));
  say("others", words);
};

const tell = async () => {
  if (document.hidden) return;
  was = performance.now() - typed < WRITES_MS;
  const { status, data } = await post(screen_.dataset.lookingUrl, { writes: was ? "1" : "" });
  if (status === 200) show(data.others ?? []);
};

export const startPresence = () => {
  document.addEventListener("p2ptext:typing", () => {
    typed = performance.now();
    if (!was) {
      was = true;
      tell();
    }
  });
  setInterval(tell, EVERY_MS);
  tell();
};
