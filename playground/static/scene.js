/** One run on the stage: its stream, its picture, its numbers so far and what it says of itself. */

import { History } from "./history.js";
import { float32, merge } from "./message.js";
import { Past } from "./past.js";
import { Stage } from "./stage.js";
import { Status } from "./status.js";
import { Stream } from "./stream.js";

const NOTHING = "There is no run to tell of: press Play first.";

/**
 * @typedef {object} Listener
 * @property {(scene: Scene, news: import("./message.js").Message) => void} heard something new is known
 * @property {(scene: Scene) => void} drawn another kind of picture may be on the stage
 * @property {(scene: Scene) => void} closed a person wants it off the stage
 * @property {(scene: Scene) => void} instead a person wants other data than those that cannot be had
 * @property {(scene: Scene) => void} pointed the pointer came or went
 */

export class Scene {
  /**
   * @param {HTMLElement} element made from the panel's template @param {string} run
   * @param {import("./layers.js").Layers} layers @param {() => string[]} wanted what the server must work out
   * @param {Listener} listener
   */
  constructor(element, run, layers, wanted, listener) {
    this.element = element;
    this.listener = listener;
    this.wanted = wanted;
    this.readings = new History();
    this.checks = new History();
    this.past = new Past();
    /** @type {number | null} the round of the past that is shown */
    this.round = null;
    this.pointing = false;
    this.caption = "";
    /** @type {string | undefined} what it said last that it does; kept here by the panel */
    this.state = undefined;
    /** @type {{problem: string, old: boolean} | undefined} how it was when the panel last looked for what is wrong */
    this.examined = undefined;
    this.stage = new Stage(/** @type {HTMLElement} */ (element.querySelector(".view")), layers);
    this.stage.pointing = (there) => {
      this.pointing = there;
      listener.pointed(this);
    };
    element.querySelector(".close")?.addEventListener("click", () => listener.closed(this));
    element.querySelector(".instead")?.addEventListener("click", () => listener.instead(this));
    this.status = new Status(element);
    /** @type {Partial<import("./message.js").Message>} */
    this.known = {};
    this.status.show(this.known, false);
    this.stream = new Stream({
      message: (news) => this.#hear(news),
      gone: () => this.status.showTrouble("gone", this.#shown),
      lost: (lost) => (lost ? this.status.showTrouble("lost", this.#shown) : this.status.show(this.known, this.#shown)),
    }, wanted);
    this.stream.open(run);
  }

  get run() {
    return this.stream.run;
  }

  get #shown() {
    return Boolean(this.known.stage) || this.round !== null;
  }

  /** What tells it apart from its neighbours; nothing where it stands alone.  @param {string} caption */
  name(caption) {
    this.caption = caption;
    const place = /** @type {HTMLElement} */ (this.element.querySelector(".caption"));
    /** @type {HTMLElement} */ (place.firstElementChild).textContent = caption;
    place.hidden = !caption;
  }

  close() {
    this.stream.close();
    this.element.remove();
  }

  /** Tell the server what is looked at now. */
  look() {
    const { run, watcher } = this.known;
    if (!run || !watcher || !this.stream.run) return;
    fetch(`/runs/${encodeURIComponent(run)}/view`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ watcher, layers: this.wanted() }),
    }).catch(() => {});  // it will be said again when the stream is opened again
  }

  /**
   * Play one turn in slow motion, in which `who` learns; null: finish the round and wait.
   *
   * @param {string | null} who @returns {Promise<string>} why it cannot be done, or nothing
   */
  async tell(who) {
    if (!this.run) return NOTHING;
    const answer = await fetch(`/runs/${encodeURIComponent(this.run)}/tell`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ who }),
    }).catch(() => null);
    return answer?.ok ? "" : answer?.json().then(({ detail }) => String(detail), () => NOTHING) ?? NOTHING;
  }

  /** Show a round of the past; null: the present.  @param {number | null} round */
  async visit(round) {
    this.round = round;
    this.status.show(this.known, this.#shown, round);
    if (round === null) return void (this.known.stage && (await this.stage.show(this.known.stage, true)));
    const picture = await this.past.picture(round);
    if (picture && this.round === round) await this.stage.show(picture, true);
  }

  /** @param {import("./message.js").Message} news */
  #hear(news) {
    if (!this.element.isConnected) return this.stream.close();
    this.known = merge(this.known, news);
    if (news.reset) [this.readings, this.checks].forEach((history) => history.clear());
    if (news.columns) this.readings.name(news.columns);
    if (news.check_columns) this.checks.name(news.check_columns);
    if (news.rows) this.readings.append(float32(news.rows));
    if (news.checks) this.checks.append(float32(news.checks));
    if (news.frames) this.past.show(this.run, news.frames);
    this.#draw(news);
    this.status.show(this.known, this.#shown, this.round);
    this.element.dataset.run = this.known.run;
    this.listener.heard(this, news);
  }

  /** @param {import("./message.js").Message} news */
  async #draw(news) {
    if (news.real) await this.stage.real(news.real);
    if (news.stage && this.round === null) await this.stage.show(news.stage);
    if (!this.known.stage && this.round === null && news.frames?.length) await this.#last();
    if (news.real || news.stage) this.listener.drawn(this);
  }

  /** A run that is not loaded shows how it was last. */
  async #last() {
    const picture = await this.past.picture(Infinity);
    if (!picture || this.known.stage || this.round !== null) return;
    await this.stage.show(picture, true);
    this.status.show(this.known, true);
    this.listener.drawn(this);
  }
}
