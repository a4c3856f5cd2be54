/** How many rounds had which score, as bars, beside what guessing alone would give, as a line. */

const [WIDE, HIGH, FOOT, HEAD] = [300, 104, 34, 4];  // of the picture; below the bars; above them
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{rounds: number, scores: number[], guessing: number[]}} Tally rounds with 0, 1, ... cards right; what guessing would give */

/**
 * @param {Tally} tally @param {number} right the score of this round, which is pointed at @param {number | null} byD D's
 */
export function histogram({ rounds, scores, guessing }, right, byD) {
  const of = scores.length - 1, step = WIDE / scores.length, top = Math.max(...scores, ...guessing);
  const x = (/** @type {number} */ score) => (score + 0.5) * step, tall = (/** @type {number} */ n) => (n / top) * (HIGH - HEAD);
  const picture = made("svg", { viewBox: `0 0 ${WIDE} ${HIGH + FOOT}`, role: "img" });
  const told = scores.flatMap((n, score) => (n ? [`${n} with ${score} right`] : [])).join(", ");
  picture.setAttribute("aria-label", `${rounds} round${rounds > 1 ? "s" : ""}: ${told}. Guessing gives ${of / 2} on average.`);
  picture.append(
    made("line", { class: "axis", x1: 0, x2: WIDE, y1: HIGH, y2: HIGH }),
    ...scores.map((n, score) => made("rect", { class: "bar", x: x(score) - step / 2 + 1, width: step - 2, y: HIGH - tall(n), height: tall(n) })),
    made("polyline", { class: "guessing", points: guessing.map((n, score) => `${x(score).toFixed(1)},${(HIGH - tall(n)).toFixed(1)}`).join(" ") }),
    ...[0, of].map((score) => word(String(score), x(score), HIGH + 13, "middle", "tick")),
    ...pointers(right, byD).flatMap(([who, at, anchor, kind]) => [
      made("path", { class: kind, d: `M${x(at)},${HIGH + 3} l4,7 h-8 z` }),
      word(who, x(at) + (anchor === "start" ? -4 : anchor === "end" ? 4 : 0), HIGH + 26, anchor, kind),
    ]),
  );
  return picture;
}

/** Who is pointed at, where, and to which side the words go: apart from one another.  @param {number} right @param {number | null} byD @returns {[string, number, string, string][]} */
function pointers(right, byD) {
  const you = `you ${right}`, D = `D ${byD}`;
  if (byD === null) return [[you, right, "middle", "you"]];
  if (right === byD) return [[`${you}, D too`, right, "middle", "you"]];
  const [left, other] = right < byD ? ["end", "start"] : ["start", "end"];
  return [[you, right, left, "you"], [D, byD, other, "D"]];
}

/** @param {string} name @param {Record<string, string | number>} facts */
function made(name, facts) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(facts)) node.setAttribute(key, String(value));
  return node;
}

/** @param {string} words @param {number} x @param {number} y @param {string} anchor @param {string} kind */
function word(words, x, y, anchor, kind) {
  const node = made("text", { x, y, "text-anchor": anchor, class: kind });
  node.textContent = words;
  return node;
}
