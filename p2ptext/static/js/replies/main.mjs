// Replies. A page is the list or one conversation; both work without this script, only slower.
//
//   list         who waits, fresh by itself; also beside a conversation on a wide screen
//   thread       the lines of a conversation, and what the server says beside them
//   composer     the box and its button; drafts keeps what is in it, count says how long it is
//   chips        answers to the script's question; suggestions and ready answers fill the box
//   deeds        everything else one can do; went says what was done, and takes it back
//   presence     who else looks; care offers a break; keys, sheets and net serve the others

import { startCare } from "./care.mjs";
import { startChips } from "./chips.mjs";
import { startComposer } from "./composer.mjs";
import { startDeeds } from "./deeds.mjs";
import { belongsTo, forgetAll } from "./kept.mjs";
import { startKeys } from "./keys.mjs";
import { startBeside, startList } from "./list.mjs";
import { startPresence } from "./presence.mjs";
import { startSheets } from "./sheets.mjs";
import { startSuggestions } from "./suggestions.mjs";
import { screen_, startThread } from "./thread.mjs";
import { startWent } from "./went.mjs";

// How many wait stands in the title, for whoever looks at another tab.
const titled = () => {
  const words = document.title;
  const show = (waiting) => { document.title = waiting ? `(${waiting}) ${words}` : words; };
  document.addEventListener("p2ptext:waiting", ({ detail }) => show(detail.waiting));
  show(Number(document.querySelector("[data-waiting-count]").textContent));
};

const list = () => {
  startList();
  startWent();
};

const conversation = () => {
  belongsTo(screen_.dataset.person);
  startChips();
  startDeeds();
  startThread();
  startComposer();
  startSuggestions();
  startKeys();
  startPresence();
  startCare();
  if (!document.querySelector("[data-error-summary]")) document.getElementById("whom").focus({ preventScroll: true });
  titled();
  startWent();
  startBeside(document.getElementById("beside"), screen_.dataset.listUrl);
};

startSheets();
if (screen_) conversation();
else list();
document.querySelectorAll('form[action$="/sign-out"]').forEach((form) => form.addEventListener("submit", forgetAll));
