/** One chart of the runs on the stage, drawn by Plotly at most three times a second; tabs choose which group of lines it shows. */

import { DASHES, palette, strokes } from "./colours.js";
import { lasting } from "./episodes.js";
import { plotly } from "./plotly.js";
import { smooth, thin } from "./thin.js";
import { LETTERS } from "./words.js";

const EVERY = 334;         // ms between two redraws, if the machine keeps up
const SHARE = 10;          // a redraw may take a tenth of the time between two
const MOST_POINTS = 600;   // of a line: about one per pixel
const BORDERS = { solid: "solid", dash: "dashed", dot: "dotted", dashdot: "dashed" };  // a line's dash as CSS names it
/** The same in pixels, for the key of runs side by side: CSS knows no line of dashes and dots.  @type {Record<string, string>} */
const PIXELS = { solid: "", dash: "6 4", dot: "2 3", dashdot: "6 3 2 3" };

export class Chart {
  /** @param {HTMLElement} root @param {"readings" | "checks"} which @param {import("./curves.js").Group[]} groups */
  constructor(root, which, groups) {
    this.root = root;
    this.which = which;
    /** @type {import("./scene.js").Scene[]} */
    this.scenes = [];
    /** @type {number | null} the round of the past that is visited */
    this.round = null;
    this.groups = groups;
    this.tabs = /** @type {HTMLElement} */ (root.querySelector(".tabs"));
    this.key = /** @type {HTMLElement} */ (root.querySelector(".key"));
    this.plot = /** @type {HTMLElement} */ (root.querySelector(".plot"));
    this.chosen = "";
    this.names = "";
    this.run = "";
    this.smoothing = 0;
    this.log = false;
    this.watching = false;
    /** @type {Record<string, number>} */
    this.floors = {};
    this.timer = 0;
    this.cost = 0;   // ms of the last redraw
    this.drawn = -Infinity;
  }

  /** There are new numbers, or another moment is visited.  @param {import("./scene.js").Scene[]} scenes @param {number | null} round */
  show(scenes, round) {
    [this.scenes, this.round] = [scenes, round];
    this.run = scenes.map((scene) => scene.run).join();
    this.floors = Object.assign({}, ...[...scenes].reverse().map((scene) => scene.known.floors));  // where two differ, the first's
    this.#offer();
    if (!this.root.hidden) this.#schedule(Math.max(EVERY, SHARE * this.cost) - (performance.now() - this.drawn));
  }

  /** @param {{smoothing?: number, log?: boolean, chosen?: string}} settings */
  change(settings) {
    Object.assign(this, settings);
    this.#mark();
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.root.hidden) this.#schedule(0);
  }

  /** @param {number} wait */
  #schedule(wait) {
    this.timer ||= setTimeout(async () => {
      const Plotly = await plotly();
      this.timer = 0;
      this.#draw(Plotly);
    }, Math.max(0, wait));
  }

  /** All that any of the runs has a line of, the first one's names first.  @returns {string[]} */
  get columns() {
    return [...new Set(this.scenes.flatMap((scene) => scene[this.which].columns))];
  }

  /** A tab for each group that has columns; built anew only when the names change. */
  #offer() {
    const names = [this.scenes.length, ...this.columns].join("\n");
    if (names === this.names) return;
    this.names = names;
    const there = this.groups.map(([name]) => name).filter((name) => this.#namesIn(name).length);
    this.root.hidden = !there.length;
    if (!there.includes(this.chosen)) this.chosen = there.find((name) => this.#measured(name)) ?? there[0] ?? "";
    this.tabs.replaceChildren(...there.map((name) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.textContent = name;
      tab.addEventListener("click", () => this.change({ chosen: name }));
      return tab;
    }));
    this.#mark();
  }

  /** Show which tab is chosen and what its lines are called. */
  #mark() {
    for (const tab of this.tabs.children) tab.setAttribute("aria-pressed", String(tab.textContent === this.chosen));
    const names = this.#namesIn(this.chosen);
    const looks = strokes(names), compared = this.scenes.length > 1;
    const lines = names.map((name, i) => {
      const stroke = document.createElement("i");
      stroke.style.borderTop = `2px ${compared ? "solid" : BORDERS[looks[i].dash]} ${looks[i].colour}`;
      return labelled(stroke, name);
    });
    const runs = compared ? this.scenes.map((_, nth) => labelled(dashed(PIXELS[DASHES[nth]]), LETTERS[nth])) : [];
    this.key.replaceChildren(...lines, ...runs);
  }

  /** What a group holds.  @param {string} group */
  #namesIn(group) {
    const home = (/** @type {string} */ column) => this.groups.find(([, belongs]) => belongs.test(column))?.[0];
    return this.columns.filter((column) => home(column) === group);
  }

  /** Whether there is a number yet in a group.  @param {string} group */
  #measured(group) {
    const names = this.#namesIn(group);
    const histories = this.scenes.map((scene) => scene[this.which]);
    return histories.some((history) => history.columns.some((name, at) => names.includes(name) && Number.isFinite(history.latest(at))));
  }

  /** @param {any} Plotly */
  #draw(Plotly) {
    const before = performance.now();
    const lines = this.#lines();
    const floors = this.#namesIn(this.chosen).map((name) => this.floors[name]);
    const [low, high] = extremes([...lines.map(({ y }) => y), floors]);
    const decades = this.log && low > 0 ? Math.log10(high / low) : 0;  // what is not positive has no logarithm
    this.key.dataset.note = this.log && low <= 0 ? "values at or below zero: not logarithmic" : "";
    const config = { displaylogo: false, responsive: true, displayModeBar: false, scrollZoom: false, showTips: false };
    Plotly.react(this.plot, lines, this.#layout(decades), config);
    this.drawn = performance.now();
    this.cost = this.drawn - before;
    this.#watch(Plotly);
    this.plot.dataset.drawn = String(Number(this.plot.dataset.drawn ?? 0) + 1);
  }

  /** Plotly's traces: each line of each run, the runs told apart by their dashes. */
  #lines() {
    const names = this.#namesIn(this.chosen);
    const looks = strokes(names);
    return this.scenes.flatMap((scene, nth) =>
      this.#linesOf(scene[this.which], names, this.scenes.length > 1 ? looks.map((look) => ({ ...look, dash: DASHES[nth] })) : looks, nth));
  }

  /**
   * The lines of one run, and faintly behind each what smoothing hides.
   *
   * @param {import("./history.js").History} history @param {string[]} names @param {{colour: string, dash: string}[]} looks
   * @param {number} nth which run
   */
  #linesOf(history, names, looks, nth) {
    const [from, to] = this.#visible(history);
    const rounds = history.rounds.subarray(from, to);
    const most = MOST_POINTS / (this.smoothing ? 2 : 1) / Math.min(2, this.scenes.length);
    const few = (/** @type {Float32Array} */ values) => thin(rounds, values.subarray(from, to), most);
    const there = names.flatMap((name, i) => (history.columns.includes(name) ? [{ name, look: looks[i], raw: history.line(history.columns.indexOf(name)) }] : []));
    const behind = this.smoothing ? there.map(({ look, raw }) => trace(few(raw), look, "", 0.25)) : [];
    const mark = this.scenes.length > 1 ? `${LETTERS[nth]} ` : "";
    return [...behind, ...there.map(({ name, look, raw }) => trace(few(smooth(raw, this.#smoothingOf(name))), look, mark + name, 1))];
  }

  /** A count of things is never smoothed: there are no seven and a half modes.  @param {string} name */
  #smoothingOf(name) {
    return Number.isInteger(this.floors[name]) && this.floors[name] >= 2 ? 0 : this.smoothing;
  }

  /**
   * First and last row to draw: whoever zooms in sees more detail, not fewer points.
   *
   * @param {import("./history.js").History} history @returns {[number, number]}
   */
  #visible(history) {
    const { rounds, length } = history;
    const axis = /** @type {any} */ (this.plot).layout?.xaxis;
    if (!axis?.range || axis.autorange) return [0, length];
    const from = rounds.subarray(0, length).findIndex((round) => round >= axis.range[0]);
    const to = rounds.subarray(0, length).findLastIndex((round) => round <= axis.range[1]);
    return from < 0 || to < from ? [0, length] : [Math.max(0, from - 1), Math.min(length, to + 2)];
  }

  /** Hear of a zoom, and of another size; once.  @param {any} Plotly */
  #watch(Plotly) {
    if (this.watching) return;
    this.watching = true;
    let wide = this.root.clientWidth;
    new ResizeObserver(() => {
      if (!this.root.clientWidth || this.root.clientWidth === wide) return;  // hidden, or only a longer key above it
      wide = this.root.clientWidth;
      Plotly.Plots.resize(this.plot);
    }).observe(this.root);
    /** @type {any} */ (this.plot).on("plotly_relayout", () => this.change({}));
  }

  /** @param {number} decades that the lines cover; 0 for a linear axis */
  #layout(decades) {
    const { rounds, length } = this.scenes[0][this.which];
    const now = palette(), last = rounds[length - 1] ?? 0;
    const axis = { gridcolor: now.rule, linecolor: now.rule, zeroline: false, tickfont: { size: 11 }, automargin: false };
    const names = this.#namesIn(this.chosen);
    const looks = strokes(names);
    const floors = names.flatMap((name, i) => (name in this.floors ? [floorLine(this.floors[name], looks[i].colour)] : []));
    const began = [...new Set(lasting(this.scenes).map((each) => each.began))].map((round) => beginLine(round, now.quiet));
    const visited = this.round === null ? [] : [momentLine(this.round, now.ink)];
    return {
      uirevision: this.run,
      margin: { l: 46, r: 10, t: 8, b: 26 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(this.root).fontFamily, size: 11, color: now.quiet },
      showlegend: false,
      hovermode: "x unified",
      hoverlabel: { bgcolor: now.paper, bordercolor: now.rule, font: { color: now.ink, size: 12 } },
      dragmode: "zoom",
      xaxis: { ...axis, showgrid: false, ...(last < 10 ? { dtick: 1, tickformat: "d" } : { tickformat: "~s" }), hoverformat: ",d", uirevision: this.run + this.chosen, nticks: 6 },
      yaxis: {
        ...axis, uirevision: this.run + this.chosen + (decades > 0),
        ...(decades > 0 ? { type: "log", dtick: decades > 1 ? 1 : "D2", tickformat: "~g" } : { type: "linear", nticks: 5, tickformat: ".4~g" }),
      },
      shapes: [...floors, ...began, ...visited],
    };
  }
}

/** @param {Element} stroke @param {string} name */
function labelled(stroke, name) {
  const word = document.createElement("span");
  word.append(stroke, name);
  return word;
}

/** A short line in the colour of words.  @param {string} pixels of its dashes and gaps */
function dashed(pixels) {
  const [drawing, line] = ["svg", "line"].map((kind) => document.createElementNS("http://www.w3.org/2000/svg", kind));
  drawing.setAttribute("viewBox", "0 0 26 2");
  Object.entries({ x1: 0, x2: 26, y1: 1, y2: 1, stroke: "currentColor", "stroke-width": 2, "stroke-dasharray": pixels }).forEach(([name, value]) => line.setAttribute(name, String(value)));
  drawing.append(line);
  return drawing;
}

/**
 * @param {[Float32Array, Float32Array]} line @param {{colour: string, dash: string}} look
 * @param {string} name "" for a line that has nothing to say @param {number} opacity
 */
function trace([x, y], look, name, opacity) {
  return {
    x, y, name, opacity, type: "scatter", mode: "lines", connectgaps: false,
    line: { color: look.colour, dash: look.dash, width: opacity < 1 ? 1 : 1.3 }, ...(name ? { hovertemplate: `${name} %{y:.3~g}<extra></extra>` } : { hoverinfo: "skip" }),
  };
}

/** Lowest and highest of all these numbers.  @param {Iterable<number>[]} lines */
function extremes(lines) {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    for (const value of line) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** @param {number} x @param {string} colour */
function momentLine(x, colour) {
  return { type: "line", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, opacity: 0.6, line: { color: colour, width: 1 } };
}

/** Where a symptom began.  @param {number} x @param {string} colour */
function beginLine(x, colour) {
  const line = momentLine(x, colour);
  return { ...line, layer: "below", line: { ...line.line, dash: "dash" } };
}

/** @param {number} y @param {string} colour */
function floorLine(y, colour) {
  const line = { color: colour, width: 1, dash: "dot" };
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, layer: "below", opacity: 0.45, line };
}
