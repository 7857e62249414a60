// How charts look: the page's own colours, and with each colour a dash and a shape, so that nothing is
// told by colour alone. Numbers are written here too.

export const DASHES = [[], [8, 4], [2, 4], [12, 4, 2, 4], [5, 2]];
export const SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
export const FEW = 50; // the same bound as in the tables: fewer people say little

const TOKENS = ["--ink", "--soft-ink", "--line", "--surface", "--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5"];
// Drawn finer for paper, and shrunk by the style sheet.
const PAPER = { scale: 3, width: 640 };

const onPaper = matchMedia("print");
let printing = false;
export const print = (yes) => { printing = yes; };

export const look = (figure) => {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none"; // or a mixed colour would be told as that of the text
  figure.append(probe);
  const colours = TOKENS.map((token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  const [ink, soft, line, surface, ...series] = colours;
  const paper = printing || onPaper.matches;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const scale = paper ? PAPER.scale : 1;
  return {
    ink, soft, line, surface, series, paper, scale,
    rem: rem * scale,
    font: `${Math.round(rem * 0.875 * scale)}px ${getComputedStyle(figure).fontFamily}`,
  };
};

export const widthOf = (place, { paper, scale }) => (paper ? PAPER.width * scale : place.clientWidth);

// rgb(1, 2, 3) as rgba(1, 2, 3, 0.2)
export const thin = (colour, part) => colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${part})`);

const whole = new Intl.NumberFormat("en-US", { notation: "compact" });

const LINES = 5; // an axis has no more above its 0
const ROUND = [1, 2, 5, 10];

// The lines of an axis from 0 to the first round one that nothing stands above.
export const linesOf = ({ unit }, most) => {
  const least = unit === "count" ? 1 : 0;
  const ten = 10 ** Math.floor(Math.log10(most / LINES));
  const each = Math.max(least, ten * ROUND.find((one) => ten * one * LINES >= most * 0.9999));
  const many = Math.max(1, Math.ceil(most / each - 0.0001));
  return Array.from({ length: many + 1 }, (_, place) => Number((place * each).toPrecision(9)));
};

// How an axis with these lines writes a number of this unit.
export const writer = ({ unit, currency }, lines) => {
  const top = lines.at(-1);
  if (unit === "share") {
    const digits = Math.max(0, -Math.floor(Math.log10(100.001 * lines[1])));
    return (value) => `${(100 * value).toFixed(digits)}%`;
  }
  if (unit !== "money") return (value) => whole.format(value);
  const digits = top < 10 ? 2 : 0;
  const money = new Intl.NumberFormat("en-US", {
    style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
  });
  return (value) => money.format(value);
};

// The outline of a shape round (x, y), `size` across.
export const outline = (shape, x, y, size) => {
  const path = new Path2D();
  const r = size / 2;
  if (shape === "circle") path.arc(x, y, r, 0, 2 * Math.PI);
  else if (shape === "square") path.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else {
    const corners = {
      triangle: [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
      diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
      cross: [[-1, -0.35], [-0.35, -0.35], [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35],
        [1, 0.35], [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35]],
    }[shape];
    corners.forEach(([dx, dy], n) => path[n ? "lineTo" : "moveTo"](x + r * dx, y + r * dy));
    path.closePath();
  }
  return path;
};
