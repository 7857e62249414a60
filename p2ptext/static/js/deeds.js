// The bar under a list: how many of its rows are ticked, and all of the page at once. Without it the bar
// stands at the end of the list, and rows are ticked one by one.
const form = document.querySelector("[data-deeds]");
const boxes = form ? [...form.elements].filter((one) => one.name === "id") : [];
const shown = form?.querySelector("[data-selected]");
const label = document.querySelector("[data-select-all]");
const every = label?.querySelector("input");

const count = () => {
  const ticked = boxes.filter((box) => box.checked).length;
  if (shown) shown.textContent = `(${ticked})`;
  form?.classList.toggle("is-picking", ticked > 0);
  if (!every) return;
  every.checked = ticked === boxes.length;
  every.indeterminate = ticked > 0 && ticked < boxes.length;
};

// The boxes stand outside of the form that they belong to.
document.addEventListener("change", ({ target }) => {
  if (target === every) boxes.forEach((box) => { box.checked = every.checked; });
  count();
});
if (label) label.hidden = false;
count();
