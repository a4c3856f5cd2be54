/** Pictures of the run to take home: a small menu on each stage and chart, and the buttons under "Save, load, share". */

import { palette } from "./colours.js";
import { download } from "./download.js";
import { menu } from "./menu.js";
import { plotly } from "./plotly.js";
import { Recorder } from "./recorder.js";

const CHART = { width: 900, height: 500 };
const FINE = 2;  // device pixels per pixel of a chart's PNG

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./chart.js").Chart} Chart */

export class Saving {
  /** @param {HTMLElement} root @param {Chart[]} charts */
  constructor(root, charts) {
    this.recorder = new Recorder(root);
    /** @type {Scene[]} */
    this.scenes = [];
    charts.forEach((chart) => chart.root.append(this.#chartMenu(chart)));
    document.addEventListener("click", (event) => {
      const button = /** @type {Element} */ (event.target).closest("[data-save]");
      if (!button || !this.scenes.length || !root.isConnected) return;
      if (button.getAttribute("data-save") === "gif") this.runs(this.scenes);
      else this.stage(/** @type {Scene} */ (this.scenes.at(-1)));  // the form, too, is about the last
    });
  }

  /** @param {Scene[]} scenes */
  show(scenes) {
    this.scenes = scenes;
    for (const scene of scenes) {
      if (scene.stage.view.querySelector(".saves")) continue;
      scene.stage.view.append(menu("Save this picture", {
        "The run so far (GIF)": () => this.runs([scene]),
        "As it is now (PNG)": () => this.stage(scene),
      }));
    }
  }

  /** Runs from their beginning; several stand side by side.  @param {Scene[]} scenes */
  async runs(scenes) {
    await this.recorder.record(scenes, `${(await named(scenes[0])).file}${scenes.length > 1 ? `-and-${scenes.length - 1}-more` : ""}.gif`);
  }

  /** The stage as it is seen.  @param {Scene} scene */
  async stage(scene) {
    const { file } = await named(scene), seen = scene.stage.canvas;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [seen.width, seen.height];
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.fillStyle = palette().paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(seen, 0, 0);
    canvas.toBlob((blob) => blob && download(blob, `${file}-round-${scene.round ?? scene.known.round ?? 0}.png`));
  }

  /** @param {Chart} chart */
  #chartMenu(chart) {
    return menu("Save this chart", {
      "Picture (PNG)": () => this.#chart(chart, "png"),
      "Drawing (SVG)": () => this.#chart(chart, "svg"),
      [`All ${chart.which} (CSV)`]: () => this.scenes.forEach((scene) => this.#table(scene, chart.which)),
    });
  }

  /** @param {Chart} chart @param {"png" | "svg"} format */
  async #chart(chart, format) {
    const [first] = this.scenes, { file, title } = await named(first);
    const Plotly = await plotly();
    const picture = await Plotly.toImage(withWords(chart, title), { ...CHART, format, scale: format === "png" ? FINE : 1 });
    const name = chart.chosen.toLowerCase().replace(/[^a-z]+/g, "-");
    download(await (await fetch(picture)).blob(), `${file}-${name}.${format}`);
  }

  /** @param {Scene} scene @param {string} which */
  async #table(scene, which) {
    const answer = await fetch(`/runs/${encodeURIComponent(scene.run)}/${which}.csv`);
    if (answer.ok) download(await answer.blob(), `${(await named(scene)).file}-${which}.csv`);
  }
}

/** A chart with its title and the names of its lines, as a figure of its own.  @param {Chart} chart @param {string} title */
function withWords(chart, title) {
  const { data, layout } = /** @type {any} */ (chart.plot), now = palette();
  return {
    data: data.map((/** @type {any} */ line) => ({ ...line, showlegend: Boolean(line.name) })),
    layout: {
      ...layout,
      title: { text: `${title}: ${chart.chosen.toLowerCase()}`, x: 0.02, y: 0.96, yanchor: "top", font: { size: 16, color: now.ink } },
      showlegend: true,
      legend: { orientation: "h", x: 1, xanchor: "right", y: 1.02, yanchor: "bottom" },
      margin: { l: 64, r: 24, t: 76, b: 58 },
      paper_bgcolor: now.paper,
      plot_bgcolor: now.paper,
      xaxis: { ...layout.xaxis, title: { text: "round", standoff: 8 } },
    },
  };
}

/** What the files and pictures of a run are called.  @param {Scene} scene @returns {Promise<{file: string, title: string}>} */
async function named(scene) {
  const answer = await fetch(`/runs/${encodeURIComponent(scene.run)}/name`).catch(() => null);
  return answer?.ok ? answer.json() : { file: "gan", title: "GAN playground" };
}

