/** The page "Spot the fake": a round of cards from a model, what somebody makes of them, and how it went. */

import { fetched, loaded } from "./explore-ask.js";
import { ModelPage } from "./model-page.js";
import { Cards } from "./spot-cards.js";
import { histogram } from "./spot-histogram.js";

const REFRESH = 2000;  // ms between two looks at the list
const OVER = 409;      // the status of an answer to a round that is no more

/** @param {HTMLElement} element holds spot.html */
export function mount(element) {
  new Spot(/** @type {HTMLElement} */ (element.querySelector(".spot"))).open();
}

/**
 * @typedef {{token: string, cards: import("./spot-cards.js").Shape, held_out: boolean, round?: number, playing?: boolean}} Dealt
 * @typedef {import("./spot-cards.js").Truth & {right: number, of: number, by_d: number | null, you: string, D: string, all: All}} Judged
 * @typedef {import("./spot-histogram.js").Tally & {sentence: string, D: string}} All
 */

class Spot extends ModelPage {
  /** @param {HTMLElement} root says in its data set which model has dealt, and whether a round is loading, refused, open or judged */
  constructor(root) {
    super(root, "spot");
    /** @type {Dealt | null} */
    this.dealt = null;
    this.cards = new Cards(this.find(".cards"), () => this.#count(), () => this.#go());
    this.find(".go").addEventListener("click", () => this.#go());
    this.find(".outcome").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && !event.repeat) this.#go();
    });
    root.dataset.phase = "loading";
  }

  /** The model of the address; else the run that trains now, else the first that ships. */
  async open() {
    const asked = new URL(location.href).searchParams.get("model") ?? "";
    while (!(await this.list())) await new Promise((done) => setTimeout(done, REFRESH));
    const there = this.models.find(asked);
    if (asked && !there) this.miss(asked);
    if (there) this.choose(there.id);
    else if (this.first) this.choose(this.first);
    else this.find(".waiting").innerHTML = 'There is nothing to tell apart yet. <a href="/">Train something on the Play page</a>, then come back.';
    setInterval(() => !document.hidden && this.root.isConnected && this.list(), REFRESH);
  }

  /** Whose data may not be on this computer come last, for they may not be able to deal.  @param {import("./explore-models.js").Model[]} shipped */
  ordered(shipped) {
    return [...shipped.filter(({ at_hand }) => at_hand), ...shipped.filter(({ at_hand }) => !at_hand)];
  }

  /** The server answers again. */
  again() {
    super.again();
    if (!this.dealt && this.model) this.choose(this.model);
  }

  /** @param {string} model */
  async choose(model) {
    this.model = model;
    this.models.mark(model);
    const address = new URL(location.href);
    address.searchParams.set("model", model);
    history.replaceState(null, "", address);
    await this.#deal();
    this.find(`[data-model="${CSS.escape(model)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** A new round, unless another model is chosen meanwhile. */
  async #deal() {
    const turn = ++this.turns, model = this.model, judged = this.root.dataset.model === model ? this.dealt : null;
    this.root.dataset.phase = "loading";
    this.find(".go").disabled = true;
    const dealt = await loaded(`/spot/${encodeURIComponent(model)}/round`, {}, () => turn === this.turns, (words) => this.wait(words));
    if (turn !== this.turns) return;
    this.trouble(dealt.detail ?? this.note);
    this.note = "";
    this.find(".bench").hidden = false;
    this.dealt = judged;
    if (dealt.detail) return this.#refused();
    this.dealt = null;
    await this.cards.show(dealt.cards);
    if (turn !== this.turns) return;
    this.dealt = dealt;
    this.stands(dealt, MOMENT);
    this.find(".about").textContent = about(dealt, this.cards.all.length);
    this.find(".outcome").hidden = true;
    this.find(".go").disabled = false;
    Object.assign(this.root.dataset, { phase: "open", model });
    this.#count();
  }

  /** Nothing was dealt: the round before, if it was of this model, stays as it was judged, and it can be tried again. */
  #refused() {
    this.find(".go").disabled = false;
    if (this.dealt) {
      this.root.dataset.phase = "judged";
      return this.stands(this.dealt, MOMENT);
    }
    this.cards.clear();
    for (const place of [".about", ".marked"]) this.find(place).textContent = "";
    for (const place of [".measured", ".outcome"]) this.find(place).hidden = true;
    this.find(".go").textContent = "Try again";
    this.root.dataset.phase = "refused";
    this.wait("");
  }

  #count() {
    if (this.root.dataset.phase !== "open") return;
    const { length } = this.cards.marked;
    this.find(".go").textContent = "Submit";
    this.find(".marked").textContent = length ? `${length} of ${this.cards.all.length} marked as generated` : "Nothing is marked yet.";
  }

  /** Submit the round that is open; after it, another one. */
  async #go() {
    const { phase } = this.root.dataset;
    if (phase === "judged" || phase === "refused") {
      await this.#deal();
      if (this.root.dataset.phase === "open") this.cards.all[0].focus();
    }
    if (phase === "open") await this.#submit();
  }

  async #submit() {
    const { dealt, turns } = this, { marked, all } = this.cards;
    if (!marked.length) {  // Enter was pressed too soon
      this.find(".marked").textContent = `Mark at least one: that none of ${all.length} is generated happens once in ${(2 ** all.length).toLocaleString("en")} rounds.`;
      return;
    }
    this.root.dataset.phase = "judging";
    this.find(".go").disabled = true;
    const { answer, status } = await fetched("/spot/judge", { token: dealt?.token, marked });
    if (turns !== this.turns) return;
    this.find(".go").disabled = false;
    this.trouble(answer.detail ?? "");
    this.root.dataset.phase = answer.detail && status !== OVER ? "open" : "judged";
    if (!answer.detail) this.#tell(answer);
    if (this.root.dataset.phase === "judged") this.find(".go").textContent = "Another round";
  }

  /** @param {Judged} judged */
  #tell(judged) {
    this.cards.reveal(judged);
    const { right, of, all } = judged, outcome = this.find(".outcome");
    this.find(".score b").textContent = String(right);
    this.find(".score span").textContent = `of ${of} right`;
    this.find(".you").textContent = judged.you;
    this.find(".of-d").textContent = judged.D || "This game has no D that could take the test.";
    this.find(".kinds").replaceChildren(...this.#kinds(judged.fakes));
    this.find(".everybody figcaption").textContent = [all.sentence, all.D].filter(Boolean).join(" ");
    this.find(".histogram").replaceChildren(histogram(all, right, judged.by_d));
    this.find(".note").textContent = NOTE;
    this.find(".marked").textContent = "";
    outcome.hidden = false;
    outcome.focus({ preventScroll: true });
    outcome.scrollIntoView({ block: "nearest" });
  }

  /** Of each kind, how many were seen as what they are.  @param {boolean[]} fakes */
  #kinds(fakes) {
    const marked = new Set(this.cards.marked);
    return [["real", false, "left alone"], ["generated", true, "found"]].map(([name, kind, seen]) => {
      const all = fakes.flatMap((fake, i) => (fake === kind ? [i] : []));
      const right = all.filter((i) => marked.has(i) === kind).length;
      const row = document.createElement("div"), bar = document.createElement("span");
      row.className = kind ? "fake" : "real";
      bar.style.setProperty("--share", String(all.length ? right / all.length : 0));
      const term = Object.assign(document.createElement("dt"), { textContent: name });
      const said = Object.assign(document.createElement("dd"), { textContent: `${right} of ${all.length} ${seen}` });
      row.append(term, bar, said);
      return row;
    });
  }
}

/** What the cards are.  @param {Dealt} dealt @param {number} count */
function about({ cards, held_out }, count) {
  const cloud = cards.kind === "images" ? "" : ` Each card is a cloud of ${cards.columns} points.`;
  const real = held_out ? "The real ones are held out: the model has not trained on them." : "The real ones are training data, for none are kept back.";
  return `${count} cards, each real with probability ½ whatever the others are, so counting does not help.${cloud} ${real}`;
}

const MOMENT = "the cards are of this moment";

const NOTE = "D takes a card for generated where its belief that it is real is below one half; of a cloud, the odds of its points are "
  + "multiplied. The newest 500 rounds of each model count, in the server’s memory alone: it forgets them when it restarts. Who has seen "
  + "answers gets better at it (Salimans et al. 2016, arXiv:1606.03498, section 4), so later rounds are harder on G.";
