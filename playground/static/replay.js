/** A run's key frames once more, painted as its stage is painted now, on a canvas of a fixed size. */

import { palette } from "./colours.js";
import { PAINTERS } from "./stage.js";
import { count } from "./words.js";

const SHAPES = { points: [480, 480], line: [560, 490], images: [560, 560] };  // width, height
const SQUARE = [480, 480];
const CORNER = 22;  // height of the line that names the round
const MOST_FRAMES = 60;

export class Replay {
  /** @param {import("./scene.js").Scene} scene @param {HTMLCanvasElement} canvas in the page, so that it knows the page's font */
  constructor(scene, canvas) {
    this.scene = scene;
    this.canvas = canvas;
    this.kind = /** @type {keyof typeof PAINTERS} */ (scene.stage.kind);
    this.painter = /** @type {import("./stage.js").Painter} */ (new PAINTERS[this.kind]());
    [canvas.width, canvas.height] = SHAPES[this.kind] ?? SQUARE;
    canvas.height += CORNER;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    this.layers = { ...scene.stage.layers };
    this.rounds = spread(scene.known.frames ?? [], MOST_FRAMES);
  }

  async open() {
    if (this.scene.known.real) await this.painter.real(this.scene.known.real);
  }

  /** Paint the key frame of this round; false if it is no longer there.  @param {number} round */
  async show(round) {
    const picture = await this.scene.past.picture(round);
    if (picture?.kind !== this.kind) return false;
    await this.painter.show(picture, true);
    const { pen, canvas } = this, { width } = canvas, height = canvas.height - CORNER;
    const colours = palette();
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, width, canvas.height);
    this.painter.paint(pen, { width, height, ratio: 1 }, this.layers, Infinity);
    pen.fillStyle = colours.paper;
    pen.fillRect(0, height, width, CORNER);
    pen.fillStyle = colours.quiet;
    pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    pen.textAlign = "left";
    pen.fillText(`round ${count(round)}`, 8, height + 15);
    return true;
  }

  /** What is painted, RGBA. */
  pixels() {
    return this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
  }
}

/** At most so many of these, evenly among them, with the first and the last.  @param {number[]} all @param {number} most */
function spread(all, most) {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}
