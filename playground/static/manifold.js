/** G's manifold: a mesh of the latent square carried through G, each cell as opaque as it is dense. */

const MORPH = 2000;   // ms from the square to its image, as in GAN Lab
const SQUARE = 0.12;  // margin around the latent square, a share of the stage

/** @typedef {import("./stage.js").Size} Size */

export class Manifold {
  constructor() {
    /** @type {Float32Array | null} x, y of each node, 0..1 from the lower left corner */
    this.nodes = null;
    this.n = 0;
    this.started = -Infinity;  // when the morph began
  }

  /** @param {{n: number} | undefined} mesh n nodes along a side; 1: a line @param {Uint16Array} [nodes] x, y, x, y, ... */
  show(mesh, nodes) {
    this.n = mesh?.n ?? 0;
    this.nodes = mesh && nodes ? Float32Array.from(nodes, (at) => at / 65535) : null;
  }

  /** From the square to its image, once more. */
  morph() {
    this.started = performance.now();
  }

  /**
   * @param {CanvasRenderingContext2D} pen @param {Size} size @param {string} colour @param {number} now
   * @returns {boolean} whether it moves
   */
  paint(pen, size, colour, now) {
    if (!this.nodes) return false;
    const part = Math.min(1, (now - this.started) / MORPH);
    const eased = part * part * (3 - 2 * part);
    const at = part < 1 ? this.nodes.map((to, i) => this.#square(i) + eased * (to - this.#square(i))) : this.nodes;
    pen.strokeStyle = pen.fillStyle = colour;
    if (this.n > 1) this.#cells(pen, size, at);
    else line(pen, size, at);
    pen.globalAlpha = 1;
    return part < 1;
  }

  /** Where a node's latent is drawn.  @param {number} i of its coordinate */
  #square(i) {
    const node = i >> 1, axis = i & 1;
    if (this.n === 1) return axis ? SQUARE : SQUARE + ((1 - 2 * SQUARE) * node) / (this.nodes.length / 2 - 1);
    const step = axis ? Math.floor(node / this.n) : node % this.n;
    return SQUARE + ((1 - 2 * SQUARE) * step) / (this.n - 1);
  }

  /** @param {CanvasRenderingContext2D} pen @param {Size} size @param {Float32Array} at */
  #cells(pen, size, at) {
    const n = this.n;
    const even = ((1 - 2 * SQUARE) / (n - 1)) ** 2;  // the area of a cell of the square
    const corner = (/** @type {number} */ node) => [at[2 * node] * size.width, size.height - at[2 * node + 1] * size.height];
    pen.lineWidth = 0.75;
    for (let row = 0; row < n - 1; row++) {
      for (let col = 0; col < n - 1; col++) {
        const node = row * n + col;
        const corners = [node, node + 1, node + n + 1, node + n].map(corner);
        const area = Math.abs(shoelace(corners)) / (size.width * size.height);
        pen.beginPath();
        for (const [x, y] of corners) pen.lineTo(x, y);
        pen.closePath();
        pen.globalAlpha = Math.min(0.75, 0.05 + (0.2 * even) / (area + 1e-6));
        pen.fill();
        pen.globalAlpha = 0.35;
        pen.stroke();
      }
    }
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Size} size @param {Float32Array} at */
function line(pen, size, at) {
  pen.globalAlpha = 0.8;
  pen.lineWidth = 1.75;
  pen.beginPath();
  for (let i = 0; i < at.length; i += 2) pen.lineTo(at[i] * size.width, size.height - at[i + 1] * size.height);
  pen.stroke();
}

/** The area within corners, signed.  @param {number[][]} corners */
const shoelace = (corners) =>
  corners.reduce((sum, [x, y], i) => {
    const [nx, ny] = corners[(i + 1) % corners.length];
    return sum + (x * ny - nx * y) / 2;
  }, 0);
