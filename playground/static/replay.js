/** The key frames of a run once more, or of runs side by side, painted as their stages are painted now, on a canvas of a fixed size. */

import { palette } from "./colours.js";
import { PAINTERS } from "./stage.js";
import { near } from "./timeline.js";
import { count } from "./words.js";

const SHAPES = { points: [480, 480], line: [560, 490], images: [560, 560] };  // width, height of one run
const SQUARE = [480, 480];
const SHARE = 0.7;    // of that for each of several
const COLUMNS = 2;    // of several
const GAP = 10;       // between them
const CORNER = 22;    // height of the line below a picture that names run and round
const MOST_FRAMES = 60;

/** @typedef {import("./scene.js").Scene} Scene */

export class Replay {
  /** @param {Scene[]} scenes @param {HTMLCanvasElement} canvas in the page, so that it knows the page's font */
  constructor(scenes, canvas) {
    this.canvas = canvas;
    const few = scenes.length > 1 ? SHARE : 1;
    const sizes = scenes.map(({ stage }) => (SHAPES[stage.kind] ?? SQUARE).map((side) => Math.round(few * side)));
    const [width, height] = [0, 1].map((axis) => Math.max(...sizes.map((size) => size[axis])));
    this.cells = scenes.map((scene, i) => ({
      scene,
      painter: /** @type {import("./stage.js").Painter} */ (new PAINTERS[scene.stage.kind]()),
      layers: { ...scene.stage.layers },
      size: { width: sizes[i][0], height: sizes[i][1], ratio: 1 },
      x: (i % COLUMNS) * (width + GAP),
      y: Math.floor(i / COLUMNS) * (height + CORNER),
    }));
    canvas.width = scenes.length > 1 ? COLUMNS * width + GAP : width;
    canvas.height = Math.ceil(scenes.length / COLUMNS) * (height + CORNER);
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    this.rounds = spread(scenes.flatMap((scene) => scene.known.frames ?? []), MOST_FRAMES);
  }

  async open() {
    for (const { scene, painter } of this.cells) if (scene.known.real) await painter.real(scene.known.real);
  }

  /** Paint where each run stood at this round; false if that is no longer known of any.  @param {number} round */
  async show(round) {
    const pictures = await Promise.all(this.cells.map(({ scene }) => scene.past.picture(round)));
    if (!pictures.some((picture, i) => picture?.kind === this.cells[i].scene.stage.kind)) return false;
    this.pen.fillStyle = palette().paper;
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const [i, cell] of this.cells.entries()) {
      if (pictures[i]?.kind === cell.scene.stage.kind) await this.#paint(cell, pictures[i], round);
    }
    return true;
  }

  /** @param {(typeof this.cells)[number]} cell @param {import("./message.js").Shape} picture @param {number} round */
  async #paint({ scene, painter, layers, size, x, y }, picture, round) {
    await painter.show(picture, true);
    const { pen } = this;
    pen.save();
    pen.translate(x, y);
    pen.beginPath();
    pen.rect(0, 0, size.width, size.height);
    pen.clip();
    painter.paint(pen, size, layers, Infinity);
    pen.restore();
    pen.fillStyle = palette().quiet;
    pen.font = `12px ${getComputedStyle(this.canvas).fontFamily}`;
    pen.textAlign = "left";
    const caption = scene.caption ? `${scene.caption}, ` : "";
    pen.fillText(`${caption}round ${count(near(scene.past.frames, round) ?? round)}`, x + 8, y + size.height + 15, size.width - 16);
  }

  /** What is painted, RGBA. */
  pixels() {
    return this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }
}

/** At most so many of these, rising, each once, evenly among them, with the first and the last.  @param {number[]} some @param {number} most */
function spread(some, most) {
  const all = [...new Set(some)].sort((a, b) => a - b);
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}
