/**
 * The picture of the game, drawn from the game's own players: each node a small live plot and a way to its knobs, grey arrows
 * for what is handed on, magenta ones for the gradients that flow back.  In slow motion it lights up what is told.
 *
 * @typedef {{name: string, kind: "noise" | "player" | "samples" | "data" | "loss", label: string, section: string, opens: string,
 *   column: number, players: string[], reading: string}} Node
 * @typedef {{start: string, end: string, turns: string[], gradient: boolean}} Edge
 * @typedef {{nodes: Node[], edges: Edge[]}} Diagram
 * @typedef {{players: string[], lit: string[], gradient: boolean}} Light
 */

import { onTheme } from "./colours.js";
import { unfold } from "./knobs.js";
import { paintMini } from "./mini.js";
import { number } from "./words.js";

const REDRAW = 260;                  // ms between two redraws of the plots
const MARCH = 100;                   // ms between two places of the dashes
const [WIDE, HIGH] = [440, 186];     // the strip, in its own units
const SIZES = { player: [78, 78], noise: [52, 52], samples: [62, 62], data: [62, 62], loss: [68, 48] };
const APART = 5;                     // a gradient runs this far beside the arrow forward

export class Film {
  /** @param {HTMLDetailsElement} root holds the strip */
  constructor(root) {
    this.root = root;
    this.strip = /** @type {HTMLElement} */ (root.querySelector(".strip"));
    /** @type {import("./scene.js").Scene | null} */
    this.scene = null;
    /** @type {number | null} */
    this.round = null;
    /** @type {Diagram | null} */
    this.diagram = null;
    /** @type {Map<string, {node: Node, canvas: HTMLCanvasElement, button: HTMLElement, value: HTMLElement}>} */
    this.nodes = new Map();
    /** @type {{edge: Edge, path: SVGPathElement}[]} */
    this.edges = [];
    /** @type {Light | null} */
    this.light = null;
    this.timer = this.marching = this.step = 0;
    this.inView = true;
    new IntersectionObserver(([entry]) => {
      this.inView = entry.isIntersecting;
      this.#wake();
    }).observe(root);
    root.addEventListener("toggle", () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#wake());
    onTheme(this, (film) => film.#wake());
  }

  /** @param {import("./scene.js").Scene} scene @param {number | null} round of the past; null: the newest */
  show(scene, round) {
    const hurry = scene !== this.scene || round !== this.round;
    [this.scene, this.round] = [scene, round];
    const diagram = scene.known.diagram ?? null;
    if (JSON.stringify(diagram) !== JSON.stringify(this.diagram)) this.#build(diagram);
    this.#wake(hurry);
  }

  /** Light up what a step is about and dim the rest; null: nothing is told.  @param {Light | null} light */
  tell(light) {
    this.light = light;
    this.root.classList.toggle("told", Boolean(light));
    for (const { node, button } of this.nodes.values()) {
      button.classList.toggle("lit", Boolean(light?.lit.includes(node.name)));
      button.classList.toggle("turn", node.kind === "player" && Boolean(light?.players.includes(node.name)));
    }
    for (const { edge, path } of this.edges) path.classList.toggle("lit", travelled(edge, light));
    this.#wake();
  }

  get #seen() {
    return this.root.open && this.inView && !document.hidden && Boolean(this.diagram) && this.root.isConnected;
  }

  get #moving() {
    return this.#seen && (this.light ? true : this.scene?.known.state === "playing" && this.round === null) && !still();
  }

  /** @param {boolean} [hurry] */
  #wake(hurry = false) {
    if (hurry) {
      clearTimeout(this.timer);
      this.timer = 0;
    }
    if (this.#seen && (hurry || !this.timer)) this.timer = setTimeout(() => this.#redraw(), hurry ? 0 : REDRAW);
    if (this.#moving && !this.marching) this.marching = setInterval(() => this.#march(), MARCH);
  }

  #march() {
    if (!this.#moving) {
      clearInterval(this.marching);
      this.marching = 0;
      return;
    }
    this.step = (this.step + 1) % 8;
    this.arrows?.setAttribute("stroke-dashoffset", String(-this.step));
  }

  #redraw() {
    this.timer = 0;
    if (!this.#seen || !this.scene) return;
    const { readings, stage } = this.scene;
    for (const { node, canvas, value } of this.nodes.values()) {
      const column = readings.columns.indexOf(node.reading);
      const line = column < 0 ? new Float32Array() : readings.line(column);
      const values = this.round === null ? line : line.subarray(0, readings.rounds.subarray(0, readings.length).findLastIndex((at) => at <= this.round) + 1);
      if (node.kind === "loss") value.textContent = number(values[values.length - 1]);
      const [pen, size] = fitted(canvas);
      if (size.width) paintMini(pen, size, node, { painter: stage.painter, values });
    }
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  /** @param {Diagram | null} diagram */
  #build(diagram) {
    this.diagram = diagram;
    this.root.hidden = !diagram;
    this.nodes.clear();
    if (!diagram) return this.strip.replaceChildren();
    const places = placed(diagram.nodes);
    const svg = drawing();
    this.arrows = svg.querySelector("g");
    this.edges = diagram.edges.map((edge) => ({ edge, path: arrow(edge, places) }));
    this.arrows?.append(...this.edges.map(({ path }) => path));
    this.strip.replaceChildren(svg, ...diagram.nodes.map((node) => this.#node(node, places[node.name])));
    this.tell(this.light);
  }

  /** @param {Node} node @param {{x: number, y: number}} place @returns {HTMLElement} */
  #node(node, { x, y }) {
    const [wide, high] = SIZES[node.kind];
    const button = document.createElement("button");
    button.type = "button";
    Object.assign(button.dataset, { kind: node.kind, name: node.name });
    Object.assign(button.style, {
      left: share(x - wide / 2, WIDE), top: share(y - high / 2, HIGH), width: share(wide, WIDE), height: share(high, HIGH),
    });
    button.title = `${node.label}: its knobs are under ${node.opens}`;
    const canvas = document.createElement("canvas"), label = document.createElement("span"), value = document.createElement("b");
    label.textContent = node.label;
    canvas.setAttribute("aria-hidden", "true");
    button.append(canvas, value, label);
    button.addEventListener("click", () => unfold(node.section));
    this.nodes.set(node.name, { node, canvas, button, value });
    return button;
  }
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${((100 * part) / whole).toFixed(3)}%`;

/** @param {Edge} edge @param {Light | null} light */
const travelled = (edge, light) =>
  Boolean(light) && edge.gradient === light.gradient && light.lit.includes(edge.start) && light.lit.includes(edge.end) &&
  edge.turns.some((player) => light.players.includes(player));

/** Where each node's middle is: columns from left to right, those of a column spread evenly.  @param {Node[]} nodes */
function placed(nodes) {
  const columns = 1 + Math.max(...nodes.map((node) => node.column));
  /** @type {Record<string, {x: number, y: number, wide: number}>} */
  const places = {};
  for (let column = 0; column < columns; column++) {
    const here = nodes.filter((node) => node.column === column);
    here.forEach((node, i) => {
      const x = 28 + ((WIDE - 64) * column) / Math.max(1, columns - 1);
      places[node.name] = { x, y: (HIGH - 14) * ((i + 0.5) / here.length), wide: SIZES[node.kind][0] };
    });
  }
  return places;
}

/** @param {Edge} edge @param {ReturnType<typeof placed>} places @returns {SVGPathElement} */
function arrow({ start, end, gradient }, places) {
  const from = places[start], to = places[end], way = Math.sign(to.x - from.x) || 1, off = gradient ? APART : -APART;
  const x1 = from.x + (way * from.wide) / 2 + way, x2 = to.x - (way * to.wide) / 2 - 5 * way;
  const near = 0.35;  // the ends on a box lie towards the other box
  const slope = Math.max(-20, Math.min(20, near * (to.y - from.y)));
  const y1 = from.y + slope + off, y2 = to.y - slope + off, bend = (x2 - x1) / 2;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`);
  path.setAttribute("class", gradient ? "back" : "forth");
  path.setAttribute("marker-end", `url(#film-${gradient ? "back" : "forth"})`);
  return path;
}

/** An empty drawing with the two heads of arrows.  @returns {SVGSVGElement} */
function drawing() {
  const holder = document.createElement("div");
  const head = (/** @type {string} */ name) =>
    `<marker id="film-${name}" class="${name}" markerUnits="userSpaceOnUse" markerWidth="7" markerHeight="8" refX="2" refY="4" orient="auto"><path d="M0 0.5 6.5 4 0 7.5z"/></marker>`;
  holder.innerHTML = `<svg viewBox="0 0 ${WIDE} ${HIGH}" aria-hidden="true"><defs>${head("forth")}${head("back")}</defs><g></g></svg>`;
  return /** @type {SVGSVGElement} */ (holder.firstElementChild);
}

/** Its pen, with device pixels for the space it has.  @param {HTMLCanvasElement} canvas @returns {[CanvasRenderingContext2D, import("./stage.js").Size]} */
function fitted(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 2), width = canvas.clientWidth, height = canvas.clientHeight;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [pen, { width, height, ratio }];
}
