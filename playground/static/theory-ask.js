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
    this.asked = 0;
  }

  /** @param {object} question @param {boolean} [dragging] whether more will follow at once */
  ask(question, dragging = false) {
    this.next = { question, dragging };
    if (!this.busy) this.#work();
  }

  async #work() {
    this.busy = true;
    while (this.next) {
      const { question, dragging } = this.next;
      this.next = null;
      this.asked = performance.now();
      try {
        const reply = await fetch(this.address, { method: "POST", body: JSON.stringify(question) });
        const answer = await reply.json();
        this.failed(reply.ok ? "" : answer.detail);
        if (reply.ok) this.heard(answer, dragging);
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;  // ours, not the network's
        this.failed("The server does not answer; move something to try again.");
      }
      if (this.next) await new Promise((done) => setTimeout(done, GAP - (performance.now() - this.asked)));
    }
    this.busy = false;
  }
}
