/** The only transport: one stream of messages about one run, reopened when it breaks and closed while nobody looks. */

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/**
 * @typedef {object} Listener
 * @property {(message: import("./message.js").Message) => void} message
 * @property {() => void} gone there is no such run
 * @property {(lost: boolean) => void} lost the connection broke (true) or is back (false)
 */

export class Stream {
  /** @param {Listener} listener @param {() => string[]} wanted which layers of the picture are looked at */
  constructor(listener, wanted = () => []) {
    this.listener = listener;
    this.wanted = wanted;
    this.run = "";
    this.over = false;
    /** @type {EventSource | null} */
    this.source = null;
    this.wait = SHORTEST_WAIT;
    this.timer = 0;
    this.looked = () => (document.hidden ? this.#disconnect() : this.#connect());
    document.addEventListener("visibilitychange", this.looked);
  }

  /** Listen to this run, and to no other.  @param {string} run "" for none */
  open(run) {
    this.#disconnect();
    this.run = run;
    this.over = false;
    this.wait = SHORTEST_WAIT;
    this.#connect();
  }

  /** For good. */
  close() {
    this.open("");
    document.removeEventListener("visibilitychange", this.looked);
  }

  get url() {
    const layers = this.wanted();
    return `/runs/${encodeURIComponent(this.run)}/events${layers.length ? `?layers=${layers}` : ""}`;
  }

  #connect() {
    if (!this.run || this.over || this.source || document.hidden) return;
    clearTimeout(this.timer);
    const source = new EventSource(this.url);
    this.source = source;
    source.onmessage = (event) => {
      if (this.wait !== SHORTEST_WAIT) this.listener.lost(false);
      this.wait = SHORTEST_WAIT;
      this.listener.message(JSON.parse(event.data));
    };
    source.onerror = () => this.#broken();
  }

  #disconnect() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  /** @param {() => void} tell */
  #finish(tell) {
    this.over = true;
    this.#disconnect();
    tell();
  }

  /** An EventSource does not say why it failed, so ask: a 404 is final, all else is worth another try. */
  async #broken() {
    this.#disconnect();
    const { run, url } = this;
    const status = await statusOf(url);
    if (run !== this.run || this.source || this.over) return;
    if (status === 404) return this.#finish(this.listener.gone);
    if (this.wait > SHORTEST_WAIT) this.listener.lost(true);  // silent about the first hiccup
    this.timer = setTimeout(() => this.#connect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }
}

/** @param {string} url @returns {Promise<number>} the HTTP status, 0 if nobody answers */
async function statusOf(url) {
  const stop = new AbortController();
  try {
    return (await fetch(url, { signal: stop.signal, cache: "no-store" })).status;
  } catch {
    return 0;
  } finally {
    stop.abort();  // the body would be the stream itself
  }
}
