/** Questions to a model: one is on its way at a time, and of those that follow only the newest wish is kept. */

export const SILENT = "The server does not answer; move something to try again.";

const AGAIN = 500;  // ms until a model that loads is asked again
const GAP = 30;  // ms between two questions; the server takes forty a second

/**
 * @typedef {{name: string, body: Record<string, any>, version?: number}} Question a probe by name, what it is asked, and whatever
 *   else whoever asks wants to know again when the answer is there
 * @typedef {{model: string, questions: Question[]}} Wish questions that belong together
 */

export class Asker {
  /**
   * @param {string} page whose routes are asked
   * @param {HTMLElement} root says in its data set whether a wish is open, how many questions were asked and answered, how many
   *   are on their way now and were at most, and how many ms the last one took until it was shown
   * @param {(question: Question, answer: any, model: string) => Promise<void> | void} heard
   * @param {(sentence: string, status: number) => void} failed "" when all is well again
   */
  constructor(page, root, heard, failed) {
    this.page = page;
    this.root = root;
    this.heard = heard;
    this.failed = failed;
    /** @type {Wish | null} */
    this.next = null;
    this.busy = false;
    this.sent = -GAP;
    Object.assign(root.dataset, { asked: "0", answered: "0", flying: "0", most: "0", ms: "", busy: "false" });
  }

  /** Whether nothing is asked and nothing is wished. */
  get idle() {
    return !this.busy;
  }

  /** @param {Wish} wish */
  wish(wish) {
    this.next = wish;
    if (!this.busy) this.#work();
  }

  async #work() {
    this.busy = true;
    this.root.dataset.busy = "true";
    while (this.next) {
      await this.#pause();
      const { model, questions } = /** @type {Wish} */ (this.next);  // the newest, also of those that came meanwhile
      this.next = null;
      for (const [i, question] of questions.entries()) {
        if (i) await this.#pause();
        if (!(await this.#ask(model, question))) break;
      }
    }
    this.busy = false;
    this.root.dataset.busy = "false";
  }

  #pause() {
    const early = GAP - (performance.now() - this.sent);
    return early > 0 ? new Promise((done) => setTimeout(done, early)) : Promise.resolve();
  }

  /** @param {string} model @param {Question} question */
  async #ask(model, question) {
    this.sent = performance.now();
    this.#count("asked", 1);
    this.#count("flying", 1);
    this.root.dataset.most = String(Math.max(Number(this.root.dataset.most), Number(this.root.dataset.flying)));
    const { answer, status } = await fetched(`/${this.page}/${encodeURIComponent(model)}/${question.name}`, question.body);
    this.#count("flying", -1);
    this.failed(answer.detail ?? "", status);
    if (answer.detail) return false;
    await this.heard(question, answer, model);
    this.root.dataset.ms = (performance.now() - this.sent).toFixed(1);
    this.#count("answered", 1);
    return true;
  }

  /** @param {string} what @param {number} by */
  #count(what, by) {
    this.root.dataset[what] = String(Number(this.root.dataset[what]) + by);
  }
}

/** What a model has to turn, once it can say so.  @param {string} page @param {string} model @param {() => boolean} wanted @param {(words: string) => void} waits */
export const controlsOf = (page, model, wanted, waits) => loaded(`/${page}/${encodeURIComponent(model)}/controls`, undefined, wanted, waits);

/**
 * What a model answers, once it can: a run may have to be loaded first.
 *
 * @param {string} address @param {object | undefined} body @param {() => boolean} wanted whether somebody still waits for it
 * @param {(words: string) => void} waits hears what it waits for
 */
export async function loaded(address, body, wanted, waits) {
  for (;;) {
    const { answer, status } = await fetched(address, body);
    if (status !== 202 || !wanted()) return answer;
    waits(`${answer.status.replace(/\.$/, "")} …`);
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/** The answer, or {detail: why there is none}.  @param {string} address @param {object} [body] without: it is only looked up */
export async function fetched(address, body) {
  try {
    const reply = await fetch(address, body ? { method: "POST", body: JSON.stringify(body) } : {});
    return { answer: await reply.json(), status: reply.status };
  } catch {
    return { answer: { detail: SILENT }, status: 0 };
  }
}
