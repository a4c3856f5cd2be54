/** What the pages about models share: a list of models of which one is chosen, where it stands, and a line for what is wrong. */

import { SILENT, fetched } from "./explore-ask.js";
import { Models, facts, protocol } from "./explore-models.js";
import { facts as list } from "./theory-controls.js";
import { count } from "./words.js";

export class ModelPage {
  /** @param {HTMLElement} root @param {"explore" | "sketch" | "spot"} place where its questions go */
  constructor(root, place) {
    this.root = root;
    this.place = place;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    this.model = "";
    this.live = false;  // whether it is a run that trains
    this.turns = 0;     // how often a model was chosen
    this.note = "";     // what was wrong with the link, or with what was brought, until something is done
    this.listed = 0;    // when it was asked for
    /** @type {import("./explore-models.js").Model[] | undefined} what ships, once it is known */
    this.shipped = undefined;
    this.models = new Models(this.find(".models"), (model) => this.choose(model.id));
  }

  /** @param {string} _model @param {...any} _more what a link says of it @returns {Promise<void>} */
  async choose(_model, ..._more) {}

  /** The server answers again. */
  again() {
    this.trouble(this.note);
  }

  /** In which order what ships is listed.  @param {import("./explore-models.js").Model[]} shipped */
  ordered(shipped) {
    return shipped;
  }

  /** Whether the list could be had. */
  async list() {
    const { answer } = await fetched(`/${this.place}/${this.shipped ? "runs" : "models"}`);  // what ships stays as it is
    this.listed = performance.now();
    this.shipped ??= answer.pretrained && this.ordered(answer.pretrained);
    if (answer.detail) this.trouble(answer.detail);
    else this.models.show(this.shipped ?? [], answer.runs, this.model);
    if (!answer.detail && this.find(".trouble").textContent === SILENT) this.again();
    return !answer.detail;
  }

  /** The model that is shown if nobody asks for one: the run that trains now, else the first that ships, else the newest run. */
  get first() {
    return this.models.all.find(({ problem }) => !problem)?.id ?? "";
  }

  /** Say why the model of a link is not to be had.  @param {string} model */
  miss(model) {
    const problem = this.models.all.find(({ id }) => id === model)?.problem ?? "The model of this link is not here.";
    this.trouble((this.note = this.first ? `${problem} This is another one.` : problem));
  }

  /** Where a run stands, or what is known of what ships.  @param {any} answer @param {string} follows what does while it trains */
  stands({ round, playing }, follows) {
    this.live = Boolean(playing);
    this.find(".measured").hidden = round !== undefined;
    if (round === undefined) {
      const model = this.models.find(this.model);
      list(this.find(".measured dl"), protocol(model));
      return this.wait(facts(model));
    }
    this.wait(playing ? `Training now, round ${count(round)}: ${follows}.` : `Round ${count(round)}, paused.`);
  }

  /** @param {string} sentence */
  trouble(sentence) {
    const trouble = this.find(".trouble");
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  }

  /** @param {string} words */
  wait(words) {
    this.find(".waiting").textContent = words;
  }
}
