// Words that may fit, and the campaign's ready answers with a search. They fill the box only.

import { fill } from "./composer.mjs";

const search = () => {
  const field = document.getElementById("canned-search");
  if (!field) return;
  const rows = [...document.querySelectorAll("#canned-list > li")];
  const none = document.getElementById("canned-none");
  document.getElementById("canned-find").hidden = rows.length < 4;
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = rows.filter((row) => {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
      return !row.hidden;
    });
    none.hidden = fits.length > 0;
    none.textContent = fits.length ? "" : "No ready answer has these words.";
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    rows.find((row) => !row.hidden)?.querySelector("a").focus();
  });
};

export const startSuggestions = () => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-fill]");
    if (!link) return;
    event.preventDefault();
    link.closest("dialog")?.close();
    fill(link.dataset.fill, link.dataset.offered);
  });
  search();
};
