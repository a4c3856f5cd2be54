/** The sketch page: a model, something that is drawn or brought, and what becomes of it while one draws. */

import { read, write } from "./sketch-address.js";
import { Asker, controlsOf } from "./explore-ask.js";
import { ModelPage } from "./model-page.js";
import { bring, image, listenForFiles, listenToCamera } from "./sketch-bring.js";
import { drawn } from "./sketch-drawings.js";
import { drawings } from "./sketch-examples.js";
import { save } from "./sketch-files.js";
import { KINDS } from "./sketch-kinds.js";
import { Output, decoded } from "./sketch-output.js";
import { Pad } from "./sketch-pad.js";
import { BLANK, Sheet, canvasOf, penOf } from "./sketch-sheet.js";
import { Tools } from "./sketch-tools.js";
import { Wishes } from "./sketch-wishes.js";
import { chips } from "./theory-controls.js";
import { Past } from "./undo.js";

const [LOOK, REFRESH] = [1000, 2000];  // ms between two looks at a run that trains, and at the list
const OPENS = "fish";
const [FINE, LARGE] = [256, 512];  // pixels of a picture that is brought, at least and at most; the latter also of one that is taken home

/**
 * @typedef {{sides: [string, string], takes: [number, number, number], gives: [number, number, number],
 *   wishes: import("./sketch-wishes.js").Wish[], brought: import("./sketch-kinds.js").Brought}} Way
 * @typedef {import("./sketch-sheet.js").Made} Made
 */

/** @param {HTMLElement} element holds sketch.html */
export function mount(element) {
  new Sketch(/** @type {HTMLElement} */ (element.querySelector(".sketch"))).open();
}

class Sketch extends ModelPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "sketch");
    this.version = 0;   // of what is asked
    /** @type {Way[]} */
    this.ways = [];
    this.at = 0;        // which of them
    /** @type {number | null} an example that is wished for */
    this.example = null;
    /** @type {Map<string, Past<import("./sketch-sheet.js").Drawing>>} what was drawn or brought, by kind */
    this.kept = new Map();
    /** @type {Made | null} whose result is shown */
    this.made = null;
    this.small = new Sheet(canvasOf(1));  // what the model is shown
    this.asker = new Asker("sketch", root, (question, answer, model) => this.#hear(question, answer, model), (sentence, status) => this.#failed(sentence, status));
    this.pad = new Pad(this.find(".paper canvas"), (done) => {
      this.note = "";
      this.#changed(done);
    });
    this.tools = new Tools(root, this.pad);
    this.wishes = new Wishes(this.find(".wishes"), () => this.#changed(true));
    this.output = new Output(this.find(".result"), () => this.#large(this.find(".result canvas").width));
    this.before = new Sheet(canvasOf(1));
    this.#listen();
  }

  #listen() {
    const brought = (/** @type {Blob} */ file) => this.#bring(file);
    drawings(this.find(".drawings"), (name) => this.pad.lay({ ground: null, strokes: drawn(name) }));
    listenForFiles(this.root, brought);
    listenToCamera(this.root, brought, (sentence) => this.trouble((this.note = sentence)));
    this.find(".example").addEventListener("click", () => this.#exemplify());
    this.find(".onward").addEventListener("click", () => this.made && this.#lay(this.#result(), this.made));
    this.find(".png").addEventListener("click", () => this.output.result && save([this.output.result], `${this.#name}.png`));
    this.find(".both").addEventListener("click", () => this.output.result && save([this.#large(LARGE), this.output.result], `${this.#name}-both.png`));
    this.find(".link").addEventListener("click", () => this.#link());
    window.addEventListener("hashchange", () => location.reload());  // a link that was pasted; our own changes do not say so
  }

  /** The model of the address; else the run that trains now, else the first that ships, else the newest run, else a word about Play. */
  async open() {
    const asked = read();
    while (!(await this.list())) await new Promise((done) => setTimeout(done, REFRESH));
    if (asked.strokes) this.kept.set("outline", new Past({ ground: null, strokes: asked.strokes }));
    const there = this.models.find(asked.model);
    if (there) this.choose(there.id, asked.way, asked.told);
    else if (this.first) this.choose(this.first, 0, asked.told);
    else this.#nothing();
    if (asked.model && !there) this.miss(asked.model);
    setInterval(() => this.#tend(), LOOK);
  }

  again() {
    super.again();
    if (this.root.dataset.model) this.ask();
    else if (this.model) this.choose(this.model);
  }

  /** @param {string} model @param {number} [way] @param {Record<string, string>} [told] of a link */
  async choose(model, way = 0, told = this.wishes.told) {
    const turn = ++this.turns, handed = model !== this.model && this.made?.of !== model ? this.made : null;
    this.model = model;
    this.live = false;
    this.models.mark(model);
    this.root.dataset.model = "";
    this.find(".saved").textContent = "";
    this.wait(`Loading “${this.models.find(model)?.title ?? "a model"}” …`);
    const known = await controlsOf("sketch", model, () => turn === this.turns, (words) => this.wait(words));
    if (turn !== this.turns) return;
    if (known.detail) {
      this.wait("");
      return this.#failed(known.detail, 0);
    }
    this.ways = known.ways;
    this.examples = known.examples;
    this.find(".bench").hidden = false;
    this.root.dataset.model = model;
    this.#goWay(way < this.ways.length ? way : 0, told, handed);
  }

  /** A copy of what is shown as the result, to be handed on. */
  #result() {
    const { result } = this.output, canvas = canvasOf(result?.width ?? 1);
    if (result) penOf(canvas).drawImage(result, 0, 0);
    return canvas;
  }

  /** @param {number} at @param {Record<string, string>} told @param {Made | null} [handed] whose result another model hands on */
  #goWay(at, told, handed = null) {
    this.at = at;
    this.example = null;
    const ways = this.find(".ways"), { brought, sides, takes, wishes } = this.way, kind = KINDS[brought];
    ways.hidden = this.ways.length < 2;
    chips(ways, this.ways.map(({ sides: [from, to] }, i) => ({ name: String(i), title: `${from} → ${to}` })), String(at), (name) => this.#goWay(Number(name), this.wishes.told));
    this.wishes.show(wishes, told);
    this.find(".side-name").textContent = sides[1];
    this.find(".paper canvas").setAttribute("aria-label", `${kind.draws ? "Draw here" : "Given"}: ${sides[0]}. ${kind.keys}`);
    this.find(".result canvas").setAttribute("aria-label", `What becomes of it: ${sides[1]}`);
    this.find(".drawings").hidden = kind.receives;
    this.find(".onward").hidden = !kind.onward;
    this.root.dataset.brought = brought;
    this.small.resize(takes[1]);
    const { pad } = this, before = this.kept.get(brought);
    const past = before ?? new Past(kind.receives ? BLANK : { ground: null, strokes: drawn(OPENS) });
    this.kept.set(brought, past);
    Object.assign(pad, { past, medium: kind.medium, draws: kind.draws, smooth: kind.smooth, live: null });
    pad.repaint();
    if (!kind.receives) return this.#changed(true);
    if (handed) return this.#lay(this.#result(), handed);
    const { ground, strokes } = pad.past.now, ofAnother = ground?.of && ground.of !== this.#asked && !strokes.length;
    this.#changed(true);
    if (!before || ofAnother) this.#exemplify();
  }

  /** A picture lies on the pad, whose truth nobody knows.  @param {import("./sketch-sheet.js").Picture} picture @param {Made} [made] who made it */
  #lay(picture, made) {
    this.pad.lay({ ground: { picture: this.#kind.prepare(picture, this.way.takes[1]), truth: null, made }, strokes: [] });
  }

  get way() {
    return this.ways[this.at];
  }

  get #kind() {
    return KINDS[this.way.brought];
  }

  get #asked() {
    return `${this.model} ${this.at}`;
  }

  /** @param {boolean} done */
  #changed(done) {
    this.#truth();
    this.ask();
    if (!done) return;
    this.tools.show();
    const made = this.pad.past.now.ground?.made;
    this.find(".saved").textContent = made ? `On the pad lies what “${made.title}” has made.` : "";
    this.#remember();
  }

  #exemplify() {
    this.example = Math.floor(Math.random() * this.examples);
    this.ask(this.version);
  }

  /** Ask what becomes of it now; whatever was wished before and is not on its way yet is forgotten.  @param {number} [version] */
  ask(version = ++this.version) {
    if (!this.root.dataset.model) return;
    this.root.dataset.drawn = String(version);
    if (this.example !== null) {
      return this.asker.wish({ model: this.model, questions: [{ name: "example", body: { index: this.example, way: this.at }, version }] });
    }
    const { asker, pad, wishes } = this, self = this;
    asker.wish({
      model: this.model,
      get questions() {  // painted when it is sent, not for each move of the hand
        self.small.paint(pad.drawing, pad.medium);
        const picture = self.small.canvas.toDataURL("image/png").split(",")[1];
        return [{ name: "translate", body: { picture, way: self.at, told: wishes.told }, version: self.version }];
      },
    });
  }

  /** @param {import("./explore-ask.js").Question} question @param {any} answer @param {string} model */
  async #hear(question, answer, model) {
    const ground = question.name === "example" ? await this.#ground(answer) : null, result = await decoded(answer.result);
    if (model !== this.model || !this.root.dataset.model || question.body.way !== this.at) return result.close();
    if (ground) {
      this.example = null;
      this.wishes.show(this.way.wishes, answer.told);
      this.pad.lay({ ground: { ...ground, of: this.#asked }, strokes: [] });
    }
    this.made = { of: model, title: this.models.find(model)?.title ?? "the other model" };
    this.output.show(result);
    this.root.dataset.shown = String(question.version);
    this.stands(answer, "the picture follows");
    this.find(".took").textContent = `${Math.round(performance.now() - this.asker.sent)} ms`;
  }

  /** An example from the data.  @param {any} answer */
  async #ground({ given, truth }) {
    return { picture: await image(given, "webp"), truth: truth ? await image(truth, "webp") : null };
  }

  /** What the example should have become, as long as nothing was added to it. */
  #truth() {
    const { ground, strokes } = this.pad.drawing, figure = this.find(".truth");
    const truth = strokes.length || ground?.of !== this.#asked ? null : ground.truth;
    figure.hidden = !truth;
    if (!truth) return;
    const canvas = figure.querySelector("canvas");
    canvas.width = canvas.height = LARGE / 2;
    penOf(canvas).imageSmoothingQuality = "high";
    penOf(canvas).drawImage(truth, 0, 0, canvas.width, canvas.height);
  }

  /** What was given, at this size.  @param {number} side */
  #large(side) {
    if (this.before.canvas.width !== side) this.before.resize(side);
    this.before.paint(this.pad.drawing, this.pad.medium, { smooth: this.pad.smooth });
    return this.before.canvas;
  }

  /** @param {Blob} file */
  async #bring(file) {
    if (!this.way) return;
    const { takes, gives } = this.way;
    const found = await bring(file, Math.min(LARGE, Math.max(FINE, takes[1], gives[1])));
    if (typeof found === "string") return this.trouble((this.note = found));
    this.trouble("");
    this.#lay(this.#kind.edges ? found.edges : found.picture);
  }

  /** A run that trains is asked again, and the list kept true; nothing while nobody sees it. */
  async #tend() {
    if (document.hidden || !this.root.isConnected) return;
    if (performance.now() - this.listed > REFRESH - LOOK / 2) await this.list();
    if (!this.model && this.first) return void this.choose(this.first);
    const plays = this.live || this.models.find(this.model)?.live;  // one that was paused may go on
    if (plays && this.asker.idle) this.ask(this.version);
  }

  /** @param {string} sentence @param {number} status */
  #failed(sentence, status) {
    if (sentence) this.example = null;
    if (status === 409 && this.root.dataset.model) return void this.choose(this.model, this.at);  // a run that was put away meanwhile
    this.trouble(sentence || this.note);
  }

  #nothing() {
    this.find(".waiting").innerHTML = 'There is no model yet that makes pictures of drawings. <a href="/">Train one on the Play page</a>, then come back: you can draw for it while it learns.';
  }

  /** @returns {boolean} whether the drawing is in the address, too */
  #remember() {
    if (!this.root.dataset.model) return false;
    const { ground, strokes } = this.pad.past.now, whole = !this.#kind.receives && !ground;
    return write({ model: this.model, way: this.at, told: this.wishes.told, strokes: whole ? strokes : null });
  }

  get #name() {
    return (this.models.find(this.model)?.title ?? "gan").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  }

  async #link() {
    const whole = this.#remember();
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    const own = this.models.find(this.model)?.state !== undefined;
    const words = [copied ? "Copied." : "The link is the page’s address.", whole ? "" : "What is on the pad is not in it.", own ? "This run is yours alone: others cannot open this link." : ""];
    this.find(".saved").textContent = words.filter(Boolean).join(" ");
  }
}
