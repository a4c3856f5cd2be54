/** What the pen does: strokes as points, painted at any size, thinned, and as short text. */

/**
 * @typedef {[number, number, number]} Point x and y from 0 to 1, and how wide the pen is there, as a share of its width
 * @typedef {{rubs: boolean, width: number, points: Point[]}} Stroke width: as a share of the sheet's side
 */

const GRID = 4095;      // places across a sheet, in text
const WIDTHS = 1024;    // of a pen to a side, in text
const TOLERANCE = 1 / 1500;  // how far a thinned stroke may run beside what was drawn
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * Straight pieces with round ends; where the pen was pressed unevenly, each as wide as it was there.
 *
 * @param {CanvasRenderingContext2D} pen @param {Stroke} stroke @param {number} side of the canvas
 */
export function paintStroke(pen, { width, points }, side) {
  pen.lineCap = pen.lineJoin = "round";
  points.forEach(([x, y, wide], i) => {
    const [fromX, fromY, before] = points[Math.max(i - 1, 0)];
    if (i === 0 || wide !== before) {
      if (i) pen.stroke();
      pen.lineWidth = width * wide * side;
      pen.beginPath();
      pen.moveTo(fromX * side, fromY * side);
    }
    pen.lineTo(x * side, y * side);
  });
  pen.stroke();
}

/** The same stroke with fewer points (Ramer 1972, Douglas and Peucker 1973).  @param {Stroke} stroke @returns {Stroke} */
export function thinned(stroke) {
  const { points } = stroke;
  const kept = new Set([0, points.length - 1]);
  const spans = [[0, points.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [from, to] = span;
    let far = TOLERANCE, where = 0;
    for (let i = from + 1; i < to; i++) {
      const away = distance(points[i], points[from], points[to]);
      if (away > far) [far, where] = [away, i];
    }
    if (!where) continue;
    kept.add(where);
    spans.push([from, where], [where, to]);
  }
  return { ...stroke, points: points.filter((_, i) => kept.has(i)) };
}

/** @param {Point} point @param {Point} from @param {Point} to */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

/** Of each stroke: what it does, its width, how many points, and their places; what a pen pressed is lost.  @param {Stroke[]} strokes */
export function packed(strokes) {
  return strokes.map(thinned).map(({ rubs, width, points }) => {
    const mean = points.reduce((sum, [, , wide]) => sum + wide, 0) / points.length;
    const places = points.map(([x, y]) => two(x * GRID) + two(y * GRID));
    return (rubs ? "r" : "p") + two(width * mean * WIDTHS) + two(points.length) + places.join("");
  }).join("");
}

/** @param {string} text @returns {Stroke[] | null} null where it is no drawing's text */
export function unpacked(text) {
  const strokes = [];
  for (let at = 0; at < text.length;) {
    const [width, count] = [number(text, at + 1), number(text, at + 3)];
    const end = at + 5 + 4 * count;
    if (!"rp".includes(text[at]) || !(width > 0) || !(count > 0) || end > text.length) return null;
    /** @type {Point[]} */
    const points = Array.from({ length: count }, (_, i) => [number(text, at + 5 + 4 * i) / GRID, number(text, at + 7 + 4 * i) / GRID, 1]);
    if (points.flat().some(Number.isNaN)) return null;
    strokes.push({ rubs: text[at] === "r", width: width / WIDTHS, points });
    at = end;
  }
  return strokes;
}

/** @param {number} value 0 to 4095, as two letters; what lies beyond is cut off */
function two(value) {
  const whole = Math.max(0, Math.min(GRID, Math.round(value)));
  return DIGITS[whole >> 6] + DIGITS[whole & 63];
}

/** @param {string} text @param {number} at */
function number(text, at) {
  const [high, low] = [DIGITS.indexOf(text[at]), DIGITS.indexOf(text[at + 1])];
  return at + 1 < text.length && high >= 0 && low >= 0 ? high * 64 + low : NaN;
}
