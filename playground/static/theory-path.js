/** What the two games have in common: a path in a plane, and the distance from its middle on a logarithmic scale. */

import { palette } from "./colours.js";
import { ticks } from "./theory-plot.js";

/** @typedef {import("./theory-plot.js").Plot} Plot */

const CHART = { left: 44, right: 12, top: 8, bottom: 22 };
export const MARGINS = { plane: { left: 34, right: 14, top: 14, bottom: 26 }, chart: CHART };

/** The axes of a plane.  @param {Plot} plot */
export function plane(plot) {
  const colours = palette();
  plot.grid({ x: ticks(plot.xs), y: ticks(plot.ys) });
  plot.line(plot.xs, [0, 0], { colour: colours.quiet, width: 1, opacity: 0.6 });
  plot.line([0, 0], plot.ys, { colour: colours.quiet, width: 1, opacity: 0.6 });
}

/** Who moves along the axes; written last, so that nothing crosses it out.  @param {Plot} plot @param {string} across @param {string} up @param {"G" | "fake"} who */
export function names(plot, across, up, who) {
  const colours = palette(), { width, margin } = plot;
  plot.text(across, width - margin.right - 6, plot.py(0) - 7, { colour: colours[who], align: "right", bold: true });
  plot.text(up, plot.px(0) + 7, margin.top + 14, { colour: colours.D, bold: true });
}

/** Arrows of a field; longer where it is stronger.  @param {Plot} plot @param {number[][]} field rows of x, y, dx, dy */
export function arrows(plot, field) {
  const strongest = Math.max(...field.map(([, , dx, dy]) => Math.hypot(dx, dy))) || 1;
  const room = (plot.width - plot.margin.left - plot.margin.right) / Math.sqrt(field.length);
  plot.pen.beginPath();
  for (const [x, y, dx, dy] of field) {
    plot.arrow(x, y, dx, dy, 0.95 * room * Math.sqrt(Math.hypot(dx, dy) / strongest));
  }
  plot.pen.fillStyle = palette().gradient;
  plot.pen.globalAlpha = 0.55;
  plot.pen.fill();
  plot.pen.globalAlpha = 1;
}

/** The first `seen` points of a path, with a dot at its head.  @param {Plot} plot @param {number[][]} path @param {number} seen */
export function track(plot, path, seen) {
  const colours = palette(), shown = path.slice(0, seen), head = shown[shown.length - 1];
  plot.line(shown.map(([x]) => x), shown.map(([, y]) => y), { colour: colours.ink, width: 1.3, opacity: 0.8 });
  if (path.length <= 120) {
    plot.pen.fillStyle = colours.ink;
    plot.pen.beginPath();
    for (const [x, y] of shown) {
      plot.pen.moveTo(plot.px(x), plot.py(y));
      plot.pen.arc(plot.px(x), plot.py(y), 1.8, 0, 7);
    }
    plot.pen.fill();
  }
  plot.dot(head[0], head[1], 5, colours.ink);
}

/**
 * Distance by round: measured as a line, predicted as a dashed one.
 *
 * @param {Plot} plot @param {(number | null)[]} distances @param {number | null} predicted @param {number} seen @param {number} rounds
 */
export function distance(plot, distances, predicted, seen, rounds) {
  const colours = palette(), log = (/** @type {number | null} */ d) => (d ? Math.log10(d) : null);
  const there = distances.map(log), known = there.filter((d) => d !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const middle = (low + high) / 2, half = Math.max(0.55, 0.56 * (high - low));
  plot.xs = [0, rounds];
  plot.ys = [middle - half, middle + half];
  plot.grid({ x: ticks(plot.xs, 4), y: decades(plot.ys), write: power });
  plot.inside(() => {
    if (predicted && known.length) {
      const first = known[0];
      plot.line([0, rounds], [first, first + rounds * Math.log10(predicted)], { colour: colours.neither[1], dash: [5, 4], width: 1.5 });
    }
    plot.line(distances.slice(0, seen).map((_, i) => i), there.slice(0, seen), { colour: colours.ink, width: 1.6 });
  });
}

/** Logarithms of round numbers in a range: of 1, 2, 5, 10, or only of powers of ten, as there is room.  @param {[number, number]} range */
function decades([low, high]) {
  if (high - low > 3) return ticks([low, high], 4).filter(Number.isInteger);
  const factors = high - low > 1.5 ? [1, 3] : [1, 2, 5], out = [];
  for (let power = Math.floor(low); power <= high; power++) out.push(...factors.map((factor) => power + Math.log10(factor)));
  return out.filter((at) => at >= low && at <= high);
}

/** A power of ten as a number.  @param {number} at */
function power(at) {
  const value = 10 ** at;
  return at < -2.5 || at > 3.5 ? `1e${Math.round(at)}`.replace("-", "−") : String(Number(value.toPrecision(1)));
}
