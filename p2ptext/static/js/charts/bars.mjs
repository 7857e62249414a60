// Numbers by day as bars, the columns one upon the other. Each column has its own pattern.
/* global uPlot */
import { thin } from "./look.mjs";
import { plot } from "./plot.mjs";

const FILL = 0.72; // of the room of a step
const WIDEST = 72; // where there are few
const PATTERNS = 5;

// A small tile for each column: full, stripes, dots, stripes the other way, checks.
const tile = (colour, ground, n, scale) => {
  const canvas = document.createElement("canvas");
  const side = 8 * scale;
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = n ? ground : colour;
  pen.fillRect(0, 0, 8, 8);
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 2.5;
  const stroke = (...points) => {
    pen.beginPath();
    points.forEach(([x, y], place) => pen[place ? "lineTo" : "moveTo"](x, y));
    pen.stroke();
  };
  if (n === 1) [-8, 0, 8].forEach((shift) => stroke([shift, 8], [shift + 8, 0]));
  if (n === 2) [[2, 2], [6, 6]].forEach(([x, y]) => pen.fillRect(x - 1.25, y - 1.25, 2.5, 2.5));
  if (n === 3) [-8, 0, 8].forEach((shift) => stroke([shift, 0], [shift + 8, 8]));
  if (n === 4) [[0, 0], [4, 4]].forEach(([x, y]) => pen.fillRect(x, y, 4, 4));
  return canvas;
};

const pattern = (pen, look, n, scale) =>
  pen.createPattern(tile(look.series[n % PATTERNS], thin(look.series[n % PATTERNS], 0.15), n % PATTERNS, scale), "repeat");

const swatch = (look, n) => {
  const canvas = document.createElement("canvas");
  canvas.className = "chart-swatch";
  canvas.width = 80;
  canvas.height = 32;
  const pen = canvas.getContext("2d");
  pen.fillStyle = pattern(pen, look, n, 2);
  pen.strokeStyle = look.series[n];
  pen.lineWidth = 4;
  pen.fillRect(0, 0, 80, 32);
  pen.strokeRect(0, 0, 80, 32);
  return canvas;
};

const stacked = ({ rows, columns }) => rows.map((row) => {
  let from = 0;
  return columns.map(({ index }) => {
    const value = row.cells[index].value ?? 0;
    const part = { from, to: from + value };
    from += value;
    return part;
  });
});

const paint = (table, parts, look, step) => (u) => {
  const pen = u.ctx;
  const room = FILL * Math.abs(u.valToPos(step, "x", true) - u.valToPos(0, "x", true));
  const half = Math.min(room, WIDEST * look.scale * uPlot.pxRatio) / 2;
  pen.save();
  pen.lineWidth = 1.5 * look.scale * uPlot.pxRatio;
  table.columns.forEach((_, n) => {
    pen.fillStyle = pattern(pen, look, n, look.scale * uPlot.pxRatio);
    pen.strokeStyle = look.series[n];
    table.rows.forEach((row, place) => {
      const { from, to } = parts[place][n];
      if (to === from) return;
      const top = u.valToPos(to, "y", true);
      const box = [u.valToPos(row.at, "x", true) - half, top, 2 * half, u.valToPos(from, "y", true) - top];
      pen.fillRect(...box);
      pen.strokeRect(...box);
    });
  });
  pen.restore();
};

export const bars = (place, table, unit, look) => {
  const at = table.rows.map((row) => row.at);
  const parts = stacked(table);
  const totals = parts.map((columns) => columns.at(-1).to);
  const step = Math.min(...at.slice(1).map((one, n) => one - at[n]), at.at(-1) - at[0] || 1);
  return plot(place, table, unit, look, {
    data: [at, totals],
    series: [{}, { width: 0, points: { show: false } }],
    range: [at[0] - step / 2, at.at(-1) + step / 2], most: Math.max(...totals),
    draw: paint(table, parts, look, step),
    swatches: table.columns.map(({ name }, n) => [name, swatch(look, n)]),
  });
};
