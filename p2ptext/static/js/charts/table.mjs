// What a figure's table says. The table is the truth; a chart is drawn from it and from nothing else.

const number = (text) => (text === undefined || text === "" ? null : Number(text));
const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

// What a cell says to those who look: without what is meant for screen readers only.
const shown = (cell) => {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll(".visually-hidden").forEach((part) => part.remove());
  return words(copy);
};

const cellOf = (cell) => ({
  value: number(cell.dataset.value),
  low: number(cell.dataset.low),
  high: number(cell.dataset.high),
  n: number(cell.dataset.n),
  text: shown(cell),
  href: cell.querySelector("a")?.getAttribute("href") ?? null,
});

const rowOf = (row, place) => {
  const [head, ...cells] = row.cells;
  return {
    at: number(head.dataset.value) ?? place,
    head: shown(head),
    short: head.dataset.short ?? shown(head),
    href: head.querySelector("a")?.getAttribute("href") ?? null,
    cells: cells.map(cellOf),
  };
};

// {title, rows, columns}: a column is drawn when one of its cells carries a value.
export const read = (figure) => {
  const table = figure.querySelector("table");
  const heads = [...table.tHead.rows[0].cells].slice(1).map(words);
  const rows = [...table.tBodies[0].rows].map(rowOf);
  const columns = heads
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => rows.some((row) => row.cells[index] && row.cells[index].value !== null));
  return { title: words(figure.querySelector(".chart-title")), rows, columns };
};

// Tells whether a table has changed since it was drawn.
export const mark = (figure) =>
  [...figure.querySelectorAll("th, td")]
    .map((cell) => `${cell.dataset.value ?? ""}:${cell.dataset.n ?? ""}:${cell.textContent}`).join("|");
