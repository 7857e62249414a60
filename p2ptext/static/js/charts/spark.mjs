// A small line without axes, with its newest number large beside it. For a page that watches an evening.
/* global uPlot */
import { outline, thin, widthOf } from "./look.mjs";
import { summary } from "./plot.mjs";

const HEIGHT_REM = 4;

const last = (table, look) => (u) => {
  const [{ index }] = table.columns;
  const row = table.rows.filter(({ cells }) => cells[index].value !== null).at(-1);
  const px = uPlot.pxRatio;
  u.ctx.save();
  u.ctx.fillStyle = look.series[0];
  u.ctx.fill(outline("circle", u.valToPos(row.at, "x", true), u.valToPos(row.cells[index].value, "y", true), 9 * look.scale * px));
  u.ctx.restore();
};

export const spark = (place, table, _unit, look) => {
  const [{ index }] = table.columns;
  const values = table.rows.map((row) => row.cells[index].value);
  const at = table.rows.map((row) => row.at);
  const now = document.createElement("p");
  now.className = "chart-now";
  now.textContent = table.rows.filter((row) => row.cells[index].value !== null).at(-1).cells[index].text;
  const box = document.createElement("div");
  box.className = "chart-canvas";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", summary(table));
  place.append(now, box);
  const size = () => ({ width: look.paper ? widthOf(place, look) : box.clientWidth, height: HEIGHT_REM * look.rem });
  const margin = 6 * look.scale;
  const stroke = look.series[0];
  const chart = new uPlot({
    ...size(),
    series: [{}, { stroke, width: 2.5 * look.scale, fill: thin(stroke, 0.15), points: { show: false } }],
    legend: { show: false }, cursor: { show: false }, axes: [{ show: false }, { show: false }],
    padding: [margin, margin, margin, margin],
    scales: { x: { time: false, range: [at[0], at.at(-1) === at[0] ? at[0] + 1 : at.at(-1)] }, y: { range: [0, Math.max(...values) || 1] } },
    hooks: { draw: [last(table, look)] },
  }, [at, values], box);
  return { resize: () => chart.setSize(size()), clear: () => chart.destroy() };
};
