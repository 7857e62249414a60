// Shares or numbers over time: a line for each column, with the band in which the true value lies.
/* global uPlot */
import { DASHES, FEW, SHAPES, outline, thin } from "./look.mjs";
import { plot } from "./plot.mjs";

const WIDTH = 2.5;
const POINT = 9;
const CLEAR = 16; // points stand this far apart, or only some are marked

// A drawn sample of a line for the legend: as long as three dashes, with its shape in the middle.
const swatch = (look, n) => {
  const canvas = document.createElement("canvas");
  const ratio = Math.max(2, devicePixelRatio);
  canvas.width = 40 * ratio;
  canvas.height = 16 * ratio;
  canvas.className = "chart-swatch";
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.strokeStyle = pen.fillStyle = look.series[n];
  pen.lineWidth = WIDTH;
  pen.setLineDash(DASHES[n]);
  pen.beginPath();
  pen.moveTo(0, 8);
  pen.lineTo(40, 8);
  pen.stroke();
  pen.fill(outline(SHAPES[n], 20, 8, POINT));
  return canvas;
};

// Without a neighbour a point has no band: its range is a line through it.
const alone = (rows, index, place) =>
  [rows[place - 1], rows[place + 1]].every((row) => !row || row.cells[index].value === null);

const range = (u, row, { low, high }, px) => {
  const x = u.valToPos(row.at, "x", true);
  const ends = [low, high].map((value) => u.valToPos(value, "y", true));
  u.ctx.beginPath();
  u.ctx.moveTo(x, ends[0]);
  u.ctx.lineTo(x, ends[1]);
  ends.forEach((y) => { u.ctx.moveTo(x - 6 * px, y); u.ctx.lineTo(x + 6 * px, y); });
  u.ctx.stroke();
};

// Shapes on the line; hollow where too few people stand behind one.
const marks = (table, look) => (u) => {
  const pen = u.ctx;
  const px = uPlot.pxRatio;
  const every = Math.max(1, Math.ceil((CLEAR * look.scale * px * table.rows.length) / u.bbox.width));
  pen.save();
  table.columns.forEach(({ index }, n) => {
    table.rows.forEach((row, place) => {
      const { value, high, n: people } = row.cells[index];
      if (value === null || (table.rows.length - 1 - place) % every) return;
      const shape = outline(SHAPES[n], u.valToPos(row.at, "x", true), u.valToPos(value, "y", true), POINT * look.scale * px);
      pen.fillStyle = people !== null && people < FEW ? look.surface : look.series[n];
      pen.strokeStyle = look.series[n];
      pen.lineWidth = 2 * look.scale * px;
      if (high !== null && alone(table.rows, index, place)) range(u, row, row.cells[index], look.scale * px);
      pen.fill(shape);
      pen.stroke(shape);
    });
  });
  pen.restore();
};

// The highest end of an interval: no band is cut.
const mostOf = ({ rows, columns }) =>
  Math.max(...columns.flatMap(({ index }) => rows.map(({ cells }) => Math.max(cells[index].value ?? 0, cells[index].high ?? 0))));

export const line = (place, table, unit, look) => {
  const data = [table.rows.map((row) => row.at)];
  const series = [{}];
  const bands = [];
  table.columns.forEach(({ index }, n) => {
    const all = (key) => table.rows.map((row) => row.cells[index][key]);
    const stroke = look.series[n];
    const quiet = { width: 0, points: { show: false } };
    data.push(all("value"), all("high"), all("low"));
    series.push({ stroke, width: WIDTH * look.scale, dash: DASHES[n].map((part) => part * look.scale), points: { show: false } }, quiet, quiet);
    bands.push({ series: [3 * n + 2, 3 * n + 3], fill: thin(stroke, 0.18) });
  });
  const [first, last] = [data[0][0], data[0].at(-1)];
  return plot(place, table, unit, look, {
    data, series, bands,
    range: first === last ? [first - 1, last + 1] : [first, last], most: mostOf(table),
    draw: marks(table, look),
    swatches: table.columns.map(({ name }, n) => [name, swatch(look, n)]),
  });
};
