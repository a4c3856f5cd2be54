/** The models as cards: one's runs that train now, those that ship, then one's other runs. */

import { Tiles } from "./explore-tiles.js";
import { count, number } from "./words.js";

/**
 * @typedef {{id: string, title: string, about?: string, problem?: string, picture?: any, state?: string, round?: number | null,
 *   live?: boolean, rounds?: number, seconds?: number, device?: string, seed?: number, quality?: Record<string, unknown>,
 *   bytes?: number, licence?: string, at_hand?: boolean}} Model
 *   what ships has a card; a run has a state and a round; at_hand: its data can always be had
 */

export class Models {
  /** @param {HTMLElement} root a list @param {(model: Model) => void} chosen */
  constructor(root, chosen) {
    this.root = root;
    this.chosen = chosen;
    /** @type {Model[]} */
    this.all = [];
    this.shown = "";  // what the list was made of
    root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Model[]} pretrained @param {Model[]} runs @param {string} current */
  show(pretrained, runs, current) {
    this.all = [...runs.filter(({ live }) => live), ...pretrained, ...runs.filter(({ live }) => !live)];
    const now = JSON.stringify(this.all.map(({ id, title, problem }) => [id, title, problem]));
    if (now !== this.shown) {
      const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.model;
      this.root.replaceChildren(...this.all.map((model) => this.#card(model)));
      /** @type {HTMLElement | null} */ (focused ? this.root.querySelector(`[data-model="${CSS.escape(focused)}"]`) : null)?.focus();
    }
    this.shown = now;
    [...this.root.children].forEach((item, i) => say(/** @type {HTMLElement} */ (item.querySelector("small")), this.all[i]));
    this.mark(current);
  }

  /** @param {string} current */
  mark(current) {
    for (const button of this.root.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.model === current));
    }
  }

  /** @param {string} id @returns {Model | undefined} one that can be used */
  find(id) {
    return this.all.find((model) => model.id === id && !model.problem);
  }

  /** @param {Model} model */
  #card(model) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.dataset.model = model.id;
    button.disabled = Boolean(model.problem);
    const title = Object.assign(document.createElement("b"), { textContent: model.title });
    button.append(title, document.createElement("small"));
    button.title = model.about ?? model.title;
    if (model.picture?.kind === "images") button.append(strip(model.picture));
    if (model.picture?.kind === "translation") button.append(pair(model.picture));
    button.addEventListener("click", () => this.chosen(model));
    item.append(button);
    return item;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const buttons = /** @type {HTMLButtonElement[]} */ ([...this.root.querySelectorAll("button:enabled")]);
    const next = buttons[buttons.indexOf(/** @type {any} */ (document.activeElement)) + way];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

/** @param {HTMLElement} words @param {Model} model */
function say(words, model) {
  words.textContent = model.problem || model.about || told(model);
  words.className = model.problem ? "problem" : model.live ? "live" : "";
}

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(share < 0.1 || (share > 0.9 && share < 1) ? 1 : 0)} %`;

/** Which cause a code follows most, and its rank correlation.  @param {[string, any]} code */
const follows = ([name, causes]) => `${name} follows ${causes.best} (${number(causes[causes.best])})`;

/** @param {number} value @param {number | undefined} other of an answer that needs no thought @param {string} name */
const closer = (value, other, name) => (other ? `to our classifier ${percent(value / other)} as far from the truth as ${name}` : "");

/** @param {number | undefined} ratio of what was given, where that can be compared */
const untouched = (ratio) => (ratio === undefined ? "" : ` (what was given ${percent(ratio)})`);

/** @type {[string, (value: any, all: any) => string][]} what was measured, as people read it, in this order */
const MEASURED = [
  ["fid", (value, all) => `FID with our own classifier ${number(value)} (real pictures ${number(all.fid_floor)}; 0 is perfect)`],
  ["label_consistency", (value) => `${percent(value)} show the class that was asked for`],
  ["code_error", (value) => `${percent(value)} of real test pictures put into the wrong code`],
  ["within_class_diversity", (value) => `variety within a class ${percent(value)} of real`],
  ["codes", (value) => Object.entries(value).map(follows).join(", ")],
  ["coverage", (value) => `coverage ${percent(value)}`],
  ["sharpness", (value) => `sharpness ${percent(value)} of real`],
  ["reconstruction", (value) => `copies off by ${number(value)} (mean square)`],
  ["ssim", (value, all) => (value > Math.max(all.ssim_unchanged ?? -1, all.ssim_bicubic ?? -1) ? `SSIM with the truth ${number(value)}` : "")],
  ["seen", (value) => `${percent(value)} are seen in the class that was asked for`],
  ["features", (value, all) => closer(value, all.features_bicubic, "a plain enlargement") || closer(value, all.features_unchanged, "what was given")],
  ["ratio_pixel", (value, all) => `what it shows is recognised ${percent(value)} as often as in true pictures${untouched(all.ratio_pixel_unchanged)}`],
  ["ratio_material", (value, all) => `its material ${percent(value)} as often${untouched(all.ratio_material_unchanged)}`],
];

/** What the card of a model that ships says, in one line.  @param {Model | undefined} model */
export function facts(model) {
  if (!model?.about) return "";
  const { quality = {} } = model;
  const words = MEASURED.filter(([name]) => quality[name] !== undefined && quality[name] !== null).map(([name, say]) => say(quality[name], quality)).filter(Boolean);
  return [model.about.replace(/\.$/, ""), ...words].join(" · ");
}

/** The same and all else that was measured, by plain names: [key, name, how it is written], in this order.  @type {[string, string, (value: number) => string][]} */
const NAMED = [
  ["fid", "FID with our own classifier; 0 is perfect", number],
  ["fid_floor", "the same FID of real training pictures", number],
  ["precision", "precision: fakes that lie where real ones do", percent],
  ["recall", "recall: real ones that lie where fakes do", percent],
  ["density", "density: how closely; 1 as real", number],
  ["coverage", "coverage: real ones with a fake beside them", percent],
  ["score", "Inception score with our own classifier", number],
  ["score_real", "the same of real pictures", number],
  ["class_kl", "classes out of balance (KL, nats); 0 is best", number],
  ["label_consistency", "fakes that show the class asked for", percent],
  ["within_class_diversity", "variety within a class, of real", percent],
  ["code_error", "real test pictures put into the wrong code", percent],
  ["code_error_fake", "fakes put into the wrong code", percent],
  ["sharpness", "sharpness, of real", percent],
  ["sharpness_unchanged", "the same of what was given, left as it was", percent],
  ["sharpness_bicubic", "the same of a plain enlargement", percent],
  ["vendi", "variety (Vendi score), of real", percent],
  ["reconstruction", "copies are off by (mean square)", number],
  ["l1", "away from the truth (L1, a value from -1 to 1)", number],
  ["l1_mean", "the same of the mean of all true pictures", number],
  ["l1_unchanged", "the same of what was given, left as it was", number],
  ["l1_bicubic", "the same of a plain enlargement", number],
  ["ssim", "SSIM with the truth; 1 is best", number],
  ["ssim_mean", "the same of the mean of all true pictures", number],
  ["ssim_unchanged", "the same of what was given, left as it was", number],
  ["ssim_bicubic", "the same of a plain enlargement", number],
  ["features", "away from the truth to our classifier; 0 is best", number],
  ["features_unchanged", "the same of what was given, left as it was", number],
  ["features_bicubic", "the same of a plain enlargement", number],
  ["seen", "seen in the class that was asked for", percent],
  ["seen_real", "true pictures seen in their own class", percent],
  ["seen_unchanged", "what was given, seen in the class that was asked for", percent],
  ["cycle", "away from where it came from, there and back (L1)", number],
  ["edge_f1", "edges where lines were drawn (F1)", number],
  ["edge_f1_truth", "the same of true pictures", number],
  ["read_pixel", "pixels that our reader of toys reads rightly", percent],
  ["read_pixel_unchanged", "the same of what was given, left as it was", percent],
  ["read_pixel_truth", "the same of true pictures", percent],
  ["read_iou", "overlap of what it reads with what is there (IoU)", percent],
  ["read_iou_unchanged", "the same of what was given, left as it was", percent],
  ["read_iou_truth", "the same of true pictures", percent],
  ["read_material", "toys whose material it names", percent],
  ["read_material_unchanged", "the same of what was given, left as it was", percent],
  ["read_material_truth", "the same of true pictures", percent],
  ["classifier_accuracy", "our classifier is right on", percent],
  ["samples", "pictures of each kind", count],
];

/** How that was measured, and what else is known, as rows of a list.  @param {Model | undefined} model @returns {[string, string][]} */
export function protocol(model) {
  if (!model?.about) return [];
  const { quality = {} } = model;
  const rows = /** @type {[string, string][]} */ ([
    ["trained for", model.rounds ? `${count(model.rounds)} rounds in ${count((model.seconds ?? 0) / 60)} minutes on ${model.device}, seed ${model.seed}` : ""],
    ["weights", model.bytes ? `${(model.bytes / 1e6).toFixed(1)} MB` : ""],
    ["data", model.licence ?? ""],
    ...NAMED.map(([key, name, write]) => [name, typeof quality[key] === "number" ? write(/** @type {number} */ (quality[key])) : ""]),
    ["how", String(quality.protocol ?? "")],
  ]);
  return rows.filter(([, said]) => said);
}

/** @param {Model} model a run */
const told = ({ state, round }) => [state, round ? `round ${count(round)}` : ""].filter(Boolean).join(" · ");

/** @param {any} picture */
function strip(picture) {
  const view = document.createElement("span");
  view.className = "strip";
  view.setAttribute("aria-hidden", "true");
  new Tiles(view, { gap: 1 }).show({ ...picture });
  return view;
}

/** What was given, and what became of it.  @param {{given: string, result: string}} picture */
function pair({ given, result }) {
  const view = document.createElement("span");
  view.className = "strip pair";
  view.setAttribute("aria-hidden", "true");
  view.append(...[given, result].map((file) => Object.assign(new Image(), { src: `data:image/webp;base64,${file}`, alt: "" })));
  return view;
}
