/** The page "Luck or loss": what is to be drawn, the table as it fills, and the wall of one of its lotteries. */

import { SILENT, fetched } from "./explore-ask.js";
import { Table } from "./lottery-table.js";
import { Wall } from "./lottery-wall.js";
import { Wish } from "./lottery-wish.js";
import { count } from "./words.js";

const EVERY = 400, AGAIN = 2000;  // ms between two looks; the same after a look that failed
const GONE = 404;  // the status of a table that the server does not know any more

/**
 * @typedef {{name: string, title: string, rows: import("./lottery-table.js").Named[], columns: import("./lottery-table.js").Named[], seeds: number, rounds: number, real: string[], dims: number[], detail?: string}} Opened
 * @typedef {{version: number, drawn: Record<string, import("./lottery-table.js").Cell>, now: Record<string, import("./lottery-wall.js").Standing>, lost: Record<string, string>, over: boolean, share: number, ahead: number, left: number | null, blame: import("./lottery-table.js").Blame | null, detail?: string}} News
 */

/** @param {HTMLElement} element holds lottery.html */
export async function mount(element) {
  const root = /** @type {HTMLElement} */ (element.querySelector(".lottery"));
  for (;;) {
    const { answer } = await fetched("/lottery/choices");
    if (!answer.detail) return new Lottery(root, answer).open();
    const trouble = /** @type {HTMLElement} */ (root.querySelector(".trouble"));
    Object.assign(trouble, { textContent: answer.detail, hidden: false });
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

class Lottery {
  /** @param {HTMLElement} root says in its data set whether something is being drawn @param {import("./lottery-wish.js").Choices} choices */
  constructor(root, choices) {
    this.root = root;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    this.wish = new Wish(this.find(".wish"), choices, () => this.draw(), () => this.stop());
    this.table = new Table(this.find("section.table"), choices.measures, (cell) => this.choose(cell));
    this.wall = new Wall(this.find("section.wall"));
    /** @type {Opened | null} */
    this.opened = null;
    this.turn = 0;       // how often something was to be drawn, or was stopped
    this.cell = 0;       // whose wall is shown
    this.pinned = false; // somebody chose it
    /** @type {Set<number>} */
    this.drawn = new Set();
  }

  /** The table of the address, or the one that the page opens with, is drawn at once. */
  open() {
    this.trouble("");
    this.wish.read(new URL(location.href).searchParams);
    this.draw();
  }

  /** @param {string} sentence */
  trouble(sentence) {
    Object.assign(this.find(".trouble"), { textContent: sentence, hidden: !sentence });
  }

  async draw() {
    const turn = ++this.turn;
    history.replaceState(null, "", `${location.pathname}?${this.wish.query}`);
    this.#state("asking", "");
    const { answer } = await fetched("/lottery/draw", this.wish.plan);
    if (turn !== this.turn) return;
    this.trouble(answer.detail ?? "");
    if (answer.detail) return this.#state("refused", "");
    this.#begin(answer);
    this.#watch(turn);
  }

  async stop() {
    this.turn++;
    this.#state("stopped", `Stopped. What is drawn is kept: press Draw to go on.`);
    if (this.opened) await fetch(`/lottery/${this.opened.name}/stop`, { method: "POST" }).catch(() => {});
  }

  /** Show a cell's wall.  @param {number} cell */
  async choose(cell, pinned = true) {
    const { opened } = this;
    if (!opened) return;
    this.cell = cell;
    this.pinned = pinned;
    this.#open(cell);
    if (!this.drawn.has(cell)) return;
    const { answer } = await fetched(`/lottery/${opened.name}/wall/${cell}`);
    if (this.opened === opened && this.cell === cell && !answer.detail) this.wall.show(answer);
  }

  /** @param {Opened} opened */
  #begin(opened) {
    this.opened = opened;
    this.drawn.clear();
    Object.assign(this, { cell: 0, pinned: opened.rows.length * opened.columns.length === 1 });
    this.table.open(opened.name, opened.rows, opened.columns, this.wish.kind === "data" ? "the data" : "the learning rate");
    this.root.dataset.shape = opened.rows.length * opened.columns.length === 1 ? "one" : "table";
    this.#open(0);
  }

  /** @param {number} cell */
  #open(cell) {
    const { name, title, rows, columns, seeds, rounds, real, dims } = /** @type {Opened} */ (this.opened), wide = columns.length;
    const row = rows[Math.floor(cell / wide)], column = columns[cell % wide], single = rows.length * wide === 1;
    const said = single ? title : [row.title, this.wish.kind === "rates" ? `learning rate ${column.title}` : column.title].join(", ");
    this.wall.open({ table: name, cell, title: said, real: real[cell % wide], dim: dims[cell % wide], seeds, rounds });
    this.table.mark(cell);
  }

  /** Look again and again until all is drawn.  @param {number} turn */
  async #watch(turn) {
    const { name, rows, columns, rounds } = /** @type {Opened} */ (this.opened), cells = rows.length * columns.length;
    for (let since = 0; ;) {
      const { answer, status } = await fetched(`/lottery/${name}?since=${since}`);
      if (turn !== this.turn || !this.root.isConnected) return;
      if (status === GONE) return this.draw();  // the server was started anew
      this.trouble(answer.detail ? SILENT.replace("move something to try again", "trying again") : "");
      if (!answer.detail) {
        since = answer.version || since;
        this.#hear(answer, rounds);
        if (answer.over) return this.#state("done", this.#done(cells, answer.lost));
        this.#state("drawing", this.#said(answer, cells));
      }
      await new Promise((done) => setTimeout(done, answer.detail ? AGAIN : EVERY));
    }
  }

  /** @param {News} news @param {number} rounds */
  #hear(news, rounds) {
    for (const [cell, drawn] of Object.entries(news.drawn)) {
      this.drawn.add(Number(cell));
      this.table.show(Number(cell), drawn);
    }
    for (const [cell, standing] of Object.entries(news.now)) this.table.goes(Number(cell), standing.rounds / rounds);
    for (const [cell, why] of Object.entries(news.lost)) this.table.lose(Number(cell), why);
    const playing = Object.keys(news.now).map(Number);
    if (!this.pinned && playing.length && !playing.includes(this.cell)) this.choose(Math.min(...playing), false);
    if (news.now[this.cell]) this.wall.show(news.now[this.cell]);
    else if (news.drawn[this.cell]) this.choose(this.cell, this.pinned);
    this.table.explain(news.blame);
    this.find("progress").value = news.share;
  }

  /** @param {News} news @param {number} cells */
  #said({ share, ahead, left }, cells) {
    if (ahead) return `${ahead === 1 ? "Another table is" : `${ahead} other tables are`} being drawn; yours begins as soon as there is room.`;
    const time = left === null ? "" : left < 90 ? `, about ${Math.max(1, Math.round(left))} s to go` : `, about ${Math.round(left / 60)} min to go`;
    return `${cells > 1 ? `${this.drawn.size} of ${cells} lotteries` : `${Math.round(100 * share)} %`} drawn${time}`;
  }

  /** @param {number} cells @param {Record<string, string>} lost */
  #done(cells, lost) {
    const [why] = Object.values(lost);
    return why ? `${why} Press Draw to try again.` : cells > 1 ? `All ${count(cells)} lotteries are drawn.` : "";
  }

  /** @param {string} state @param {string} said */
  #state(state, said) {
    this.root.dataset.state = state;
    this.find(".way .said").textContent = said;
    this.find(".way").hidden = !["asking", "drawing"].includes(state) && !said;
    this.find("progress").hidden = !["asking", "drawing"].includes(state);
    this.wish.draws(state === "drawing" || state === "asking");
  }
}
