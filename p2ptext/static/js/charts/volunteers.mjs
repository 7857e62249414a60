// Each volunteer's rate beside everybody's, between the lines that chance alone reaches. No order and no
// league: who stands inside the lines differs from the others by chance. One Tab stop, then the arrows.
import { linesOf, widthOf, writer } from "./look.mjs";
import { summary } from "./plot.mjs";
import { tip } from "./tip.mjs";

const HEIGHT_REM = 20;
const THUMB = 22; // as near as a finger must come
const FEW = 6; // so few are all named
const LINES = ["inner", "outer"]; // 19 times of 20, 998 times of 1,000

const make = (tag, attributes = {}, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
};

// [{n, ends: [{low, high}, {low, high}]}] from the second table of the figure.
const limitsOf = (figure) => [...figure.querySelectorAll(".chart-limits tbody tr")].map((row) => ({
  n: Number(row.cells[0].dataset.value),
  ends: [1, 2].map((place) => ({ low: Number(row.cells[place].dataset.low), high: Number(row.cells[place].dataset.high) })),
}));

// The limits at exactly n, straight between the two rows that surround it.
const limitsAt = (limits, n) => {
  const after = limits.find((row) => row.n >= n) ?? limits.at(-1);
  const before = limits.findLast((row) => row.n <= n) ?? limits[0];
  const part = after.n === before.n ? 0 : (n - before.n) / (after.n - before.n);
  const between = (line, end) => before.ends[line][end] + part * (after.ends[line][end] - before.ends[line][end]);
  return LINES.map((_, line) => ({ low: between(line, "low"), high: between(line, "high") }));
};

// 0 inside both lines, 1 beyond the inner, 2 beyond the outer.
const beyond = (limits, { n, rate }) =>
  limitsAt(limits, n).filter(({ low, high }) => rate < low || rate > high).length;

const KEY = ["within chance", "beyond the dashed line, where 1 of 20 lies by chance", "beyond the solid line, where 1 of 500 lies by chance"];
const SAID = ["within chance", "beyond the dashed line", "beyond the solid line"];
const TOO_FEW = "too few to say"; // left of where the lines begin nobody is judged

const pointsOf = (table, limits) => {
  const share = table.columns.find(({ index }) => table.rows.some((row) => row.cells[index].n !== null));
  return table.rows
    .filter((row) => row.cells[share.index].value !== null)
    .map((row) => {
      const { value, n, text, href } = row.cells[share.index];
      const point = { row, rate: value, n, name: share.name, href: row.href ?? href };
      point.few = n < limits[0].n;
      point.beyond = point.few ? 0 : beyond(limits, point);
      point.said = point.few ? TOO_FEW : SAID[point.beyond];
      point.words = `${share.name}: ${text}`;
      return point;
    })
    .sort((one, other) => one.n - other.n);
};

const SHAPE = [
  (x, y) => make("circle", { cx: x, cy: y, r: 6 }),
  (x, y) => make("path", { d: `M${x} ${y - 8}l8 14h-16z` }),
  (x, y) => make("path", { d: `M${x} ${y - 10}l10 10l-10 10l-10-10z` }),
];

const pathOf = (points) => points.map(([x, y], place) => `${place ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

const ticks = (most, room) => {
  const rough = most / Math.max(1, Math.min(4, room));
  const ten = 10 ** Math.floor(Math.log10(rough));
  const each = ten * [1, 2, 5, 10].find((one) => one * ten >= rough);
  return Array.from({ length: Math.floor(most / each) + 1 }, (_, place) => place * each);
};

const frame = (svg, size, scale, { most, lines, center, all, column }) => {
  const write = writer({ unit: "share" }, lines);
  for (const rate of lines) {
    svg.append(make("line", { class: "grid", x1: size.left, x2: size.right, y1: scale.y(rate), y2: scale.y(rate) }));
    svg.append(make("text", { class: "tick end", x: size.left - 6, y: scale.y(rate) + 5 }, write(rate)));
  }
  for (const n of ticks(most, Math.floor((size.right - size.left) / (3 * size.rem)))) {
    svg.append(make("text", { class: "tick middle", x: scale.x(n), y: size.bottom + size.rem * 1.25 }, n.toLocaleString("en-US")));
  }
  svg.append(make("text", { class: "tick end", x: size.right, y: size.bottom + size.rem * 2.5 }, column));
  svg.append(make("line", { class: "center", x1: size.left, x2: size.right, y1: scale.y(center), y2: scale.y(center) }));
  // Beside the plot, where no point stands.
  svg.append(make("text", { class: "tick", x: size.right + 6, y: scale.y(center) - 2 }, "all"));
  svg.append(make("text", { class: "tick", x: size.right + 6, y: scale.y(center) + size.rem - 2 }, all));
};

// In a window of their own, so that what lies above the axis is cut off.
const curves = (svg, limits, scale, size) => {
  const [width, height] = [size.right - size.left, size.bottom - size.top];
  const pane = make("svg", {
    x: size.left, y: size.top, width, height, viewBox: `${size.left} ${size.top} ${width} ${height}`, overflow: "hidden",
  });
  svg.append(pane);
  LINES.forEach((name, line) => {
    for (const end of ["low", "high"]) {
      const points = limits.map((row) => [scale.x(row.n), scale.y(row.ends[line][end])]);
      pane.append(make("path", { class: `limit ${name}`, d: pathOf(points) }));
    }
  });
};

const APART = 8; // from the middle of a point to what stands beside it
const LETTER = 0.5; // of the font's size

// Where a name may stand beside its point, the best first: {x, y, anchor, box: [left, top, right, bottom]}.
const besides = ({ x, y }, words, rem) => {
  const [width, high] = [words.length * rem * 0.875 * LETTER, rem * 0.875];
  const far = APART + 6;
  return [
    { x: x + far, y: y + high / 3, anchor: "start", box: [x + APART, y - high / 2, x + far + width, y + high / 2] },
    { x: x - far, y: y + high / 3, anchor: "end", box: [x - far - width, y - high / 2, x - APART, y + high / 2] },
    { x, y: y - far, anchor: "middle", box: [x - width / 2, y - far - high, x + width / 2, y - APART] },
    { x, y: y + far + high * 0.8, anchor: "middle", box: [x - width / 2, y + APART, x + width / 2, y + far + high] },
  ];
};

const meet = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

// The names that are written, each where it covers no point and no other name; else it is only said.
const namesOf = (points, spots, size) => {
  const taken = spots.map(({ x, y }) => [x - APART, y - APART, x + APART, y + APART]);
  return points.map((point, place) => {
    if (!point.beyond && points.length > FEW) return null;
    const found = besides(spots[place], point.row.head, size.rem).find(({ box }) =>
      box[0] >= size.left && box[2] <= size.right && box[1] >= 0 && box[3] <= size.bottom
      && !taken.some((other, here) => here !== place && meet(box, other)));
    if (found) taken.push(found.box);
    return found ?? null;
  });
};

const mark = (point, { x, y }, name) => {
  const link = make(point.href ? "a" : "g", {
    class: `point ${point.few ? "few" : `beyond-${point.beyond}`}`, tabindex: -1, "data-head": point.row.head,
    "aria-label": `${point.row.head}. ${point.words}, ${point.said}`,
  });
  if (point.href) link.setAttribute("href", point.href);
  else link.setAttribute("role", "img");
  link.append(make("circle", { class: "thumb", cx: x, cy: y, r: THUMB }), make("circle", { class: "ring", cx: x, cy: y, r: 14 }), SHAPE[point.beyond](x, y));
  if (name) link.append(make("text", { class: `name ${name.anchor}`, x: name.x, y: name.y }, point.row.head));
  return link;
};

const key = (points) => {
  const list = document.createElement("ul");
  list.className = "chart-legend";
  list.setAttribute("aria-hidden", "true");
  const add = (words, name, draw) => {
    const svg = make("svg", { width: 24, height: 24, class: "volunteers-key" });
    const shape = make("g", { class: `point ${name}` });
    shape.append(draw(12, 12));
    svg.append(shape);
    const item = document.createElement("li");
    item.append(svg, words);
    list.append(item);
  };
  KEY.forEach((words, place) => add(words, `beyond-${place}`, SHAPE[place]));
  if (points.some(({ few }) => few)) add(TOO_FEW, "few", SHAPE[0]);
  return list;
};

// A finger or a pointer means the nearest point, however close others stand.
const nearest = (spots, svg, event) => {
  const box = svg.getBoundingClientRect();
  const far = spots.map(({ x, y }) => Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y));
  const place = far.indexOf(Math.min(...far));
  return far[place] <= THUMB ? place : -1;
};

const pointAt = (svg, spots, links, { show, hide }) => {
  let here = -1;
  svg.addEventListener("pointermove", (event) => {
    const place = nearest(spots, svg, event);
    if (place === here) return;
    here = place;
    svg.classList.toggle("is-over", place >= 0);
    if (place >= 0) show(place);
    else hide();
  });
  svg.addEventListener("pointerleave", () => { here = -1; hide(); });
  svg.addEventListener("click", (event) => {
    if (event.target.closest(".point") || event.detail === 0) return;
    const place = nearest(spots, svg, event);
    if (place >= 0) links[place].dispatchEvent(new MouseEvent("click", { bubbles: false, cancelable: true, view: window }));
  });
};

// The arrows go from point to point in the order of how many were texted.
const walk = (svg, links) => {
  links.forEach((link, place) => link.setAttribute("tabindex", place ? -1 : 0));
  svg.addEventListener("keydown", (event) => {
    const here = links.indexOf(event.target.closest(".point"));
    const to = { ArrowRight: here + 1, ArrowUp: here + 1, ArrowLeft: here - 1, ArrowDown: here - 1, Home: 0, End: links.length - 1 }[event.key];
    if (here < 0 || to === undefined) return;
    event.preventDefault();
    links[Math.max(0, Math.min(links.length - 1, to))].focus();
  });
  svg.addEventListener("focusin", ({ target }) => {
    links.forEach((link) => link.setAttribute("tabindex", link === target ? 0 : -1));
  });
};

export const volunteers = (place, table, _unit, look) => {
  const figure = place.closest("figure");
  const limits = limitsOf(figure);
  const points = pointsOf(table, limits);
  const { center: usual, centerWords: all } = figure.querySelector(".chart-limits").dataset;
  const center = Number(usual);
  const most = Math.max(...points.map(({ n }) => n)) * 1.05;
  const known = limits.filter(({ n }) => n >= 50).map(({ ends }) => ends[1].high);
  const lines = linesOf({ unit: "share" }, Math.max(center, ...points.map(({ rate }) => rate), Math.min(known[0] ?? 0, 3 * center)) || 1);
  const top = lines.at(-1);
  let svg = null;
  place.append(key(points));
  const words = tip(place);
  const paint = () => {
    const had = svg ? [...svg.querySelectorAll(".point")].indexOf(document.activeElement) : -1;
    svg?.remove();
    const rem = look.rem / look.scale;
    const [width, height] = [widthOf(place, look) / look.scale, HEIGHT_REM * rem];
    const size = { rem, left: rem * 3.25, right: width - rem * 3.5, top: rem / 2, bottom: height - rem * 3 };
    const scale = {
      x: (n) => size.left + (n / most) * (size.right - size.left),
      y: (rate) => size.bottom - (rate / top) * (size.bottom - size.top),
    };
    svg = make("svg", { class: "volunteers-plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": summary(table) });
    frame(svg, size, scale, { most, lines, center, all, column: "Texted" });
    curves(svg, limits, scale, size);
    const spots = points.map((point) => ({ x: scale.x(point.n), y: scale.y(point.rate) }));
    const names = namesOf(points, spots, size);
    const links = points.map((point, n) => mark(point, spots[n], names[n]));
    const show = (n) => words.show(points[n].row.head, [points[n].words, points[n].said], spots[n].x, svg.getBoundingClientRect().top - place.getBoundingClientRect().top + spots[n].y);
    links.forEach((link, n) => {
      link.addEventListener("focus", () => show(n));
      link.addEventListener("blur", words.hide);
    });
    pointAt(svg, spots, links, { show, hide: words.hide });
    svg.append(...links);
    place.append(svg);
    walk(svg, links);
    if (had >= 0) links[had].focus();
  };
  paint();
  return { resize: paint, clear: () => svg.remove() };
};
