// Counts the conversations that are selected, and selects all of a page. Without it, a link does that.
const form = document.querySelector("[data-move]");
const boxes = form ? [...form.querySelectorAll("input[name=id]")] : [];
const shown = form?.querySelector("[data-selected]");

function count() {
  if (shown) shown.textContent = `(${boxes.filter((box) => box.checked).length})`;
}

form?.addEventListener("change", count);
form?.querySelector("[data-select-all]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
  count();
});
count();
