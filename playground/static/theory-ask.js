/** Questions to the server, latest wins: while one is on its way only the newest of those that follow is kept. */

const GAP = 70;  // ms between two questions; the server takes twenty a second

export class Asker {
  /**
   * @param {string} name of the question
   * @param {(answer: any, dragging: boolean) => void} heard
   * @param {(sentence: string) => void} failed "" when all is well again
   */
  constructor(name, heard, failed) {
    this.address = `/theory/${name}`;
    this.heard = heard;
    this.failed = failed;
    /** @type {{question: object, dragging: boolean} | null} */
    this.next = null;
    this.busy = false;
    this.asked = -GAP;
  }

  /** @param {object} question @param {boolean} [dragging] whether more will follow at once */
  ask(question, dragging = false) {
    this.next = { question, dragging };
    if (!this.busy) this.#work();
  }

  async #work() {
    this.busy = true;
    while (this.next) {
      const early = GAP - (performance.now() - this.asked);
      if (early > 0) await new Promise((done) => setTimeout(done, early));
      const { question, dragging } = this.next;  // the newest, also of those that came meanwhile
      this.next = null;
      this.asked = performance.now();
      const answer = await fetched(this.address, question);
      this.failed(answer.detail ?? "");
      if (!answer.detail) this.heard(answer, dragging);
    }
    this.busy = false;
  }
}

/** The answer, or {detail: why there is none}.  @param {string} address @param {object} question */
async function fetched(address, question) {
  try {
    const reply = await fetch(address, { method: "POST", body: JSON.stringify(question) });
    return await reply.json();
  } catch {
    return { detail: "The server does not answer; move something to try again." };
  }
}
