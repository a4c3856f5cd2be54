/** The explore page: a model, what it has to turn, and what it answers while one turns it. */

import { read, write } from "./explore-address.js";
import { Asker, controlsOf } from "./explore-ask.js";
import { Dials, opening } from "./explore-dials.js";
import { planePng, reelGif, sheetPng } from "./explore-files.js";
import { heads, middle, size } from "./explore-layout.js";
import { ModelPage } from "./model-page.js";
import { Plane } from "./explore-plane.js";
import { TABS } from "./explore-tabs.js";
import { Tiles, room } from "./explore-tiles.js";

const REFRESH = 2000;  // ms between two looks at the list

/** @param {HTMLElement} element holds explore.html */
export function mount(element) {
  new Explore(/** @type {HTMLElement} */ (element.querySelector(".explore"))).open();
}

class Explore extends ModelPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "explore");
    this.dials = new Dials(this.find(".controls"), () => {
      this.note = "";
      this.ask();
    });
    this.asker = new Asker("explore", root, (question, answer, model) => this.#hear(question, answer, model), (sentence, status) => this.#failed(sentence, status));
    this.tabName = "samples";
    /** @type {import("./explore-address.js").State} */
    this.state = {};  // what a link sets the first tab to
    /** @type {import("./explore-tabs.js").Tab | null} */
    this.tab = null;
    /** @type {import("./explore-tabs.js").Bench | null} */
    this.bench = null;
    this.find(".png").addEventListener("click", () => this.#png());
    this.find(".gif").addEventListener("click", () => this.#gif());
    this.find(".link").addEventListener("click", () => this.#link());
    this.find(".tabs").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#tabKey(event));
  }

  /** The model of the address; else the run that trains now, else the first that ships, else the newest run, else a word about Play. */
  async open() {
    const asked = read();
    while (!(await this.list())) await new Promise((done) => setTimeout(done, REFRESH));
    this.tabName = asked.tab in TABS ? asked.tab : "samples";
    const there = this.models.find(asked.model);
    if (asked.model && !there) this.miss(asked.model);
    if (there) this.choose(there.id, asked.look, asked.state);
    else if (this.first) this.choose(this.first);
    else this.#nothing();
    setInterval(() => this.#tend(), REFRESH);
  }

  again() {
    super.again();
    if (this.root.dataset.model) this.ask();
    else if (this.model) this.choose(this.model, read().look, read().state);
  }

  /** @param {string} model @param {Partial<import("./explore-dials.js").Look>} [look] of a link @param {import("./explore-address.js").State} [state] of its tab */
  async choose(model, look = {}, state = {}) {
    const turn = ++this.turns;
    this.model = model;
    this.live = false;
    this.models.mark(model);
    this.root.dataset.model = "";
    this.find(".saved").textContent = "";
    this.wait(`Loading “${this.models.find(model)?.title ?? "a model"}” …`);
    const known = await controlsOf("explore", model, () => turn === this.turns, (words) => this.wait(words));
    if (turn !== this.turns) return;
    if (known.detail) {
      this.wait("");
      return this.#failed(known.detail, 0);
    }
    this.state = state;
    this.#build(known, look);
  }

  /** @param {import("./explore-dials.js").Controls} controls @param {Partial<import("./explore-dials.js").Look>} look */
  #build(controls, look) {
    this.find(".bench").hidden = false;
    this.dials.show(controls, { ...opening(controls), ...look });
    const view = this.find(".sheet"), pick = (/** @type {number} */ index) => this.#pick(index);
    this.samples?.watcher?.disconnect();
    view.className = "sheet";
    const plane = controls.kind === "images" ? null : new Plane(view, pick);
    plane?.real(controls.real);
    this.samples = plane ?? new Tiles(view, { pick, tallest: () => (this.tabName === "samples" ? room(view) : Infinity) });
    this.bench = {
      controls, plane, sample: middle(controls, this.dials.look), ...size(controls, this.dials.look), look: () => this.dials.look, drawn: this.find(".drawn"), choices: this.find(".choices"),
      say: (words) => (this.find(".said").textContent = words), ask: () => this.ask(),
    };
    this.fresh = true;  // until its first samples are there, how many there are is not known
    const { probes } = controls;
    this.find(".tabs").replaceChildren(...probes.filter((name) => name in TABS).map((name) => this.#tabButton(name)));
    this.turnTo(probes.includes(this.tabName) ? this.tabName : "samples");
  }

  /** @param {string} name */
  #tabButton(name) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: TABS[name].title });
    button.setAttribute("role", "tab");
    button.dataset.tab = name;
    button.addEventListener("click", () => this.turnTo(name));
    return button;
  }

  /** @param {string} name of a tab */
  turnTo(name) {
    const bench = /** @type {import("./explore-tabs.js").Bench} */ (this.bench);
    if (name !== this.tabName) this.state = {};
    this.tabName = name;
    for (const button of this.find(".tabs").children) {
      button.setAttribute("aria-selected", String(button.dataset.tab === name));
      button.tabIndex = button.dataset.tab === name ? 0 : -1;
    }
    this.tab?.close?.();
    this.tab = null;
    for (const part of ["drawn", "choices"]) {
      const empty = Object.assign(document.createElement("div"), { className: part });
      bench[part].replaceWith(empty);
      bench[part] = empty;
    }
    bench.plane?.lay(null);
    bench.say("");
    this.find(".samples h3").textContent = TABS[name].choose;
    this.root.dataset.tab = name;
    this.root.dataset.drawn = bench.plane ? "points" : "images";
    this.find(".answer").hidden = name === "samples" && Boolean(bench.plane);
    if (!this.fresh) this.#make(bench);
    this.find(".samples").hidden = Boolean(this.tab?.apart) && !bench.plane;
    this.find(".controls").inert = this.find(".samples").hidden;
    this.ask();
  }

  /** @param {import("./explore-tabs.js").Bench} bench */
  #make(bench) {
    this.tab = new TABS[this.tabName].make(bench, this.state);
    this.state = {};
  }

  /** Ask for what is to be seen now; whatever was wished before and is not on its way yet is forgotten. */
  ask() {
    if (!this.bench) return;
    Object.assign(this.bench, size(this.bench.controls, this.dials.look));
    const { about } = TABS[this.tabName];
    this.find(".about").textContent = typeof about === "string" ? about : about(this.bench);
    const questions = [{ name: "samples", body: this.dials.look }];
    const more = this.tab?.question();
    if (more) questions.push({ name: this.tabName, body: this.tab?.apart ? more : { ...this.dials.look, ...more } });
    if (this.tab?.apart && !this.bench.plane) questions.shift();
    this.samples?.mark(this.tab?.marks() ?? new Map());
    this.asker.wish({ model: this.model, questions });
  }

  /** @param {import("./explore-ask.js").Question} question @param {any} answer @param {string} model */
  async #hear(question, answer, model) {
    if (model !== this.model || !this.bench) return;
    if (question.name !== "samples") {
      if (question.name === this.tabName) await this.tab?.show(answer);
    } else await this.#samples(question, answer);
    this.stands(answer, "the pictures follow");
    this.find(".gif").hidden = !this.tab?.reel?.();
    if (!this.asker.next) this.#remember();
  }

  /** @param {import("./explore-ask.js").Question} question @param {any} answer */
  async #samples(question, answer) {
    const bench = /** @type {import("./explore-tabs.js").Bench} */ (this.bench);
    await this.samples?.show({ ...answer, heads: heads(bench.controls, /** @type {any} */ (question.body)) }, `${bench.count} samples of G`);
    this.root.dataset.shown = JSON.stringify(question.body);
    this.root.dataset.model = this.model;
    if (!this.fresh) return this.tab?.seen?.(/** @type {any} */ (this.samples));
    this.fresh = false;
    if (this.tabName !== "samples") return this.turnTo(this.tabName);
    this.#make(bench);
    this.tab?.seen?.(/** @type {any} */ (this.samples));
    this.samples?.mark(this.tab?.marks() ?? new Map());
  }

  #remember() {
    if (this.root.dataset.model === this.model) write(this.model, this.tabName, this.dials.look, this.tab?.state() ?? {});
  }

  /** A run that trains is looked at again, and the list kept true; nothing while nobody sees it. */
  async #tend() {
    if (document.hidden || !this.root.isConnected) return;
    await this.list();
    const plays = this.live || this.models.find(this.model)?.live;  // one that was paused may go on
    if (plays && this.asker.idle) this.ask();
  }

  /** @param {number} index of a sample */
  #pick(index) {
    this.tab?.pick(index);
    this.#remember();
    this.samples?.mark(this.tab?.marks() ?? new Map());
  }

  /** @param {string} sentence @param {number} status */
  #failed(sentence, status) {
    if (status === 409 && this.bench) {  // a run that was put away meanwhile
      this.bench = null;
      this.choose(this.model, this.dials.look, read().state);
      return;
    }
    if (status === 422 && this.fresh && this.bench) {  // a link that this model does not understand
      this.note = `${sentence} Here it is as it opens.`;
      this.dials.show(this.bench.controls, opening(this.bench.controls));
      return this.ask();
    }
    this.trouble(sentence || this.note);
  }

  #nothing() {
    this.find(".waiting").innerHTML = 'There is nothing to explore yet. <a href="/">Train something on the Play page</a>, then come back: it can be explored while it trains.';
  }

  get #name() {
    const title = this.models.find(this.model)?.title ?? "gan";
    return `${title}-${this.tabName}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  }

  async #png() {
    const tiles = this.tab?.tiles?.() ?? (this.samples instanceof Tiles ? this.samples : null);
    await (tiles ? sheetPng(tiles, `${this.#name}.png`) : planePng(/** @type {Plane} */ (this.samples).canvas, `${this.#name}.png`));
  }

  #gif() {
    const reel = this.tab?.reel?.();
    if (reel) reelGif(reel, `${this.#name}.gif`);
  }

  async #link() {
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    const own = this.models.find(this.model)?.state !== undefined;
    this.find(".saved").textContent = `${copied ? "Copied." : "The link is the page’s address."}${own ? " This run is yours alone: others cannot open this link." : ""}`;
  }

  /** @param {KeyboardEvent} event */
  #tabKey(event) {
    const buttons = [...this.find(".tabs").children], way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = way && buttons[buttons.indexOf(document.activeElement) + way];
    if (!next) return;
    event.preventDefault();
    next.focus();
    this.turnTo(next.dataset.tab);
  }
}
