// What all charts along an axis share: axes in the page's letters, the pointer's words, the summary.
/* global uPlot */
import { linesOf, widthOf, writer } from "./look.mjs";
import { tip } from "./tip.mjs";

const HEIGHT_REM = 15;
const LETTER = 0.55; // of the font's size: about what a letter needs

const textWidth = (text, look) => text.length * look.rem * 0.875 * LETTER;

// The rows whose names fit under the axis, from the last one backwards: the newest is always named.
const named = (rows, span, width, look) => {
  const need = Math.max(...rows.map((row) => textWidth(row.short, look))) + look.rem;
  const each = width / Math.max(1, span);
  const kept = [];
  for (const row of [...rows].reverse()) {
    if (!kept.length || (kept[0].at - row.at) * each >= need) kept.unshift(row);
  }
  return kept;
};

const axes = (table, unit, look, lines, span) => {
  const write = writer(unit, lines);
  const grid = { stroke: look.line, width: look.scale };
  const rows = new Map(table.rows.map((row) => [row.at, row.short]));
  const size = (_, values) => Math.max(0, ...(values ?? []).map((text) => textWidth(text, look))) + look.rem;
  return [
    {
      stroke: look.soft, font: look.font, grid: { show: false }, ticks: { ...grid, size: 4 * look.scale },
      size: 2 * look.rem, gap: 4 * look.scale,
      splits: (u) => named(table.rows, span, u.width - 4 * look.rem, look).map((row) => row.at),
      values: (_, splits) => splits.map((at) => rows.get(at)),
    },
    {
      stroke: look.soft, font: look.font, grid, ticks: { show: false }, size, gap: look.rem / 4,
      splits: () => lines, values: (_, splits) => splits.map(write),
    },
  ];
};

const legend = (swatches) => {
  const list = document.createElement("ul");
  list.className = "chart-legend";
  list.setAttribute("aria-hidden", "true");
  for (const [name, swatch] of swatches) {
    const item = document.createElement("li");
    item.append(swatch, name);
    list.append(item);
  }
  return list;
};

// One sentence for each column: what it said last, and its lowest and highest.
const sentence = ({ rows }, { name, index }) => {
  const drawn = rows.filter((row) => row.cells[index].value !== null);
  const by = [...drawn].sort((one, other) => one.cells[index].value - other.cells[index].value);
  const said = (row) => `${row.cells[index].text} (${row.head})`;
  return `${name}: last ${said(drawn.at(-1))}, lowest ${said(by[0])}, highest ${said(by.at(-1))}.`;
};

export const summary = (table) =>
  `${table.title}. ${table.columns.map((column) => sentence(table, column)).join(" ")} All numbers are in the table below.`;

// Draws; `made` is {data, series, bands, range: the ends of x, most: the highest of y, draw, swatches}. Gives
// what clears it away.
export const plot = (place, table, unit, look, made) => {
  const { data, series, bands = [], range, most, swatches = [], draw } = made;
  const lines = linesOf(unit, most || 1);
  const box = document.createElement("div");
  box.className = "chart-canvas";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", summary(table));
  if (swatches.length > 1) place.append(legend(swatches));
  place.append(box);
  const words = tip(place);
  const span = range[1] - range[0];
  // The last name stands in the middle under its point.
  const right = Math.max(look.rem, textWidth(table.rows.at(-1).short, look) / 2);
  const size = () => ({ width: widthOf(place, look), height: HEIGHT_REM * look.rem });
  const chart = new uPlot({
    ...size(), series, bands,
    legend: { show: false },
    padding: [look.rem / 2, right, 0, 0],
    scales: { x: { time: false, range }, y: { range: [0, lines.at(-1)] } },
    axes: axes(table, unit, look, lines, span),
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: {
      draw: draw ? [draw] : [],
      setCursor: [(u) => {
        const row = u.cursor.idx === null || u.cursor.idx === undefined ? null : table.rows[u.cursor.idx];
        if (!row || u.cursor.left < 0) return words.hide();
        const lines = table.columns.map(({ name, index }) => `${name}: ${row.cells[index].text}`);
        const left = u.valToPos(row.at, "x") + u.over.offsetLeft;
        return words.show(row.head, lines, left, box.offsetTop + u.over.offsetTop + u.over.clientHeight / 3);
      }],
    },
  }, data, box);
  return { resize: () => chart.setSize(size()), clear: () => chart.destroy() };
};
