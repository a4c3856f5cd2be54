/** Drawings to start from, drawn by us: each line a path on a sheet of 100 x 100. */

import { thinned } from "./sketch-strokes.js";

export const USUAL_PEN = 1 / 40;  // as wide as in the drawings that models learn from
const STEP = 1;  // between two points of a line

/** @param {number} x @param {number} y @param {number} across half its width @param {number} [down] half its height */
const round = (x, y, across, down = across) => `M${x - across} ${y}a${across} ${down} 0 1 1 ${2 * across} 0a${across} ${down} 0 1 1 ${-2 * across} 0`;

/** @type {Record<string, string[]>} */
const PATHS = {
  fish: [
    "M9 53C19 30 50 24 71 47C51 77 21 76 9 53Z",
    "M71 46C77 37 84 31 92 28C88 42 88 58 93 73C85 68 77 60 71 50",
    "M37 32C42 20 53 17 62 20C58 26 57 31 59 37",
    "M42 41C47 48 47 57 42 64",
    round(26, 47, 3.6),
  ],
  cat: [
    round(50, 56, 34, 28),
    "M19 43L21 14L42 29",
    "M58 29L79 14L81 43",
    round(37, 51, 4.5),
    round(63, 51, 4.5),
    round(50, 66, 11, 8),
    round(50, 62, 3.5, 2.6),
  ],
  mushroom: [
    "M10 52C12 14 88 14 90 52C72 60 28 60 10 52Z",
    "M37 59C39 70 35 80 34 86C44 92 56 92 66 86C65 80 61 70 63 59",
    round(36, 38, 6),
    round(58, 30, 6),
    round(74, 44, 4.5),
  ],
  cup: [
    round(43, 28, 27, 8),
    "M16 29C18 50 20 66 24 82C34 90 52 90 62 82C66 66 68 50 70 29",
    "M69 40C94 34 94 68 65 68",
    "M68 48C82 45 82 60 66 60",
  ],
  house: [
    "M10 48L50 12L90 48Z",
    "M20 49L20 88L80 88L80 49",
    "M42 88L42 64L58 64L58 88",
    "M27 57L36 57L36 67L27 67Z",
    "M64 57L73 57L73 67L64 67Z",
  ],
  car: [
    "M18 69L9 67C7 53 13 49 25 47C32 32 38 29 51 29C65 29 72 35 78 47C90 49 94 54 91 67L82 69",
    "M41 69L59 69",
    round(29.5, 69, 11),
    round(70.5, 69, 11),
    "M33 47C36 38 41 36 48 36L48 47Z",
    "M54 36C62 36 67 39 70 47L54 47Z",
  ],
  apple: [
    "M50 33C37 20 13 28 15 54C17 77 36 93 50 85C64 93 83 77 85 54C87 28 63 20 50 33Z",
    "M50 33C49 25 51 18 56 12",
    "M54 24C59 11 72 10 81 14C77 25 66 31 54 24Z",
  ],
  balloon: [
    round(50, 38, 27, 31),
    "M47 69L42 77L58 77L53 69",
    "M50 77C43 84 57 88 50 97",
  ],
};

export const NAMES = Object.keys(PATHS);

/** @param {string} name @returns {import("./sketch-strokes.js").Stroke[]} */
export const drawn = (name) => PATHS[name].map((path) => thinned({ rubs: false, width: USUAL_PEN, points: walked(path) }));

/** @param {string} path @returns {import("./sketch-strokes.js").Point[]} */
function walked(path) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  const length = line.getTotalLength(), count = Math.ceil(length / STEP);
  return Array.from({ length: count + 1 }, (_, i) => {
    const { x, y } = line.getPointAtLength((i / count) * length);
    return [x / 100, y / 100, 1];
  });
}
