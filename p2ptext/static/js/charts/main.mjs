// Draws every chart of the page from its table, and again when the table, the room, the theme or the
// paper changes.
import { bars } from "./bars.mjs";
import { line } from "./line.mjs";
import { look, print } from "./look.mjs";
import { spark } from "./spark.mjs";
import { mark, read } from "./table.mjs";
import { volunteers } from "./volunteers.mjs";

const KINDS = { bars, line, spark, volunteers };
const drawn = new WeakMap(); // figure -> {mark, place, chart}

const figures = () => document.querySelectorAll("figure[data-chart]");
const placeOf = (figure) => figure.querySelector("[data-chart-place]");

const fold = (figure) => {
  const numbers = figure.querySelector("[data-chart-numbers]");
  if (numbers) numbers.open = false;
};

const draw = (figure) => {
  const had = drawn.get(figure);
  const place = placeOf(figure);
  const focused = place.querySelector(":focus")?.getAttribute("data-head");
  had?.chart?.clear();
  place.replaceChildren();
  const table = read(figure);
  figure.classList.toggle("is-empty", !table.columns.length);
  const chart = table.columns.length && place.clientWidth
    ? KINDS[figure.dataset.chart](place, table, { unit: figure.dataset.unit, currency: figure.dataset.currency }, look(figure))
    : null;
  drawn.set(figure, { mark: mark(figure), place, chart });
  if (!had && chart) fold(figure);
  if (focused) place.querySelector(`[data-head="${CSS.escape(focused)}"]`)?.focus();
  room.observe(place);
};

const drawAll = () => figures().forEach(draw);

// What a chart does inside its own place, such as the words at the pointer, changes no table.
const isOurs = ({ target }) => (target.closest ? target : target.parentElement)?.closest("[data-chart-place]")?.firstChild;

// Only what has changed, or was replaced by a page that renews itself.
const renew = (changes) => !changes.every(isOurs) && figures().forEach((figure) => {
  const had = drawn.get(figure);
  if (!had || had.place !== placeOf(figure) || (had.chart && !had.place.firstChild) || had.mark !== mark(figure)) draw(figure);
});

// A place without width is hidden, or taken out of the page: it is drawn once it has some.
const widths = new WeakMap();
const room = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  const figure = target.closest("figure");
  if (!target.clientWidth || !figure.isConnected) return;
  const before = widths.get(target);
  widths.set(target, target.clientWidth);
  if (!drawn.get(figure).chart) draw(figure);
  else if (before !== undefined && before !== target.clientWidth) drawn.get(figure).chart.resize();
}));

const paper = (yes) => {
  print(yes);
  drawAll();
};

drawAll();
document.fonts.ready.then(drawAll);
new MutationObserver(renew).observe(document.body, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-value", "data-n"],
});
for (const wish of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"]) {
  matchMedia(wish).addEventListener("change", drawAll);
}
addEventListener("beforeprint", () => paper(true));
addEventListener("afterprint", () => paper(false));
