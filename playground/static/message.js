/**
 * What the server says about a run.  Every message is one JSON object that holds only what is new; `merge` keeps the rest.
 *
 * @typedef {{n: number, data: string, low?: number, high?: number, there?: string}} Belief
 *   D's scores on a grid, base64 of n*n (or n) bytes, row 0 at the bottom: 0 surely fake, 128 undecided, 255 surely real;
 *   the outer cells lie on the stage's edges; `low` and `high` are D's lowest and highest raw score there;
 *   with the best possible D, `there` is 255 where data or fakes are.
 * @typedef {{kind: "points", low: number, high: number, fake?: string, points?: string, belief?: Belief, optimal?: Belief,
 *   density?: Density, manifold?: Mesh, arrows?: string, layers?: string[]}} PointsShape
 *   `layers`: with real data, what there is to look at besides real and fake samples.
 *   `fake` is base64 of uint16 pairs x, y quantised over [low, high]; `arrows` of int16 pairs, 32767 = a quarter of the
 *   stage's width.  Real data come under the name `points`.
 * @typedef {{n: number, top: number, data: string}} Density
 *   Base64 of n*n (or n) bytes, row 0 at the bottom: the root of the density's share of `top`, 255 = all of it or more.
 * @typedef {{n: number, data: string}} Mesh
 *   Where G takes a square mesh of n x n latents, x fastest: uint16 pairs.  n = 1: a line of latents.
 * @typedef {{kind: "line", low: number, high: number, fake?: string, points?: string, belief?: Belief, optimal?: Belief,
 *   density?: Density, threads?: {n: number, to: string}, layers?: string[]}} LineShape
 *   Like PointsShape, with x alone; `threads` lead from n latents, evenly likely, to their images.
 * @typedef {{name?: string, sheet: string, columns: number, rows: number, tile: [number, number],
 *   scores?: (number | null)[] | null}} Sheet
 *   `sheet` is base64 of a WebP picture of columns x rows tiles; `scores` holds D's raw output for each tile.
 * @typedef {{kind: "images", sheets?: Sheet[]} & Partial<Sheet>} ImagesShape
 * @typedef {PointsShape | LineShape | ImagesShape} Shape
 * @typedef {{title: string, why: string, cures: {title: string, link: string}[]}} Symptom `link` of the recipe with the cure in it
 *
 * @typedef {object} Message
 * @property {string} run
 * @property {"queued" | "starting" | "loading" | "playing" | "paused" | "failed" | "stopped"} state
 * @property {number} round
 * @property {string} [status] one plain sentence
 * @property {string} [problem] what goes wrong, in one sentence
 * @property {{symptom: string, began: number, seen: string}[]} [health] symptoms that last, the most urgent first
 * @property {{symptom: string, began: number, ended: number}[]} [past] those that are over
 * @property {Record<string, Symptom>} [symptoms] all that these two speak of
 * @property {string} [instead] what else could be done, where the data cannot be had
 * @property {number | null} [rate] rounds per second
 * @property {string} [device]
 * @property {number | null} [place] place in the queue
 * @property {number | null} [progress] 0..1 while loading
 * @property {string} [watcher] by what name this stream says what it looks at
 * @property {number[]} [frames] the rounds of which there are key frames, rising
 * @property {boolean} [reset] forget the curves: the first message of a stream
 * @property {string[]} [columns] names of the readings
 * @property {string} [rows] base64 of float32 rows (round, reading, ...), NaN = gap
 * @property {string[]} [check_columns]
 * @property {string} [checks] like `rows`
 * @property {Record<string, number>} [floors] what a perfect generator would score
 * @property {Shape} [real]
 * @property {import("./film.js").Diagram} [diagram] the picture of the game
 * @property {import("./story.js").Turn} [turn] a turn that was played in slow motion
 * @property {Shape} [stage]
 */

/** Everything known once `news` is heard.  @param {Partial<Message>} known @param {Message} news */
export function merge(known, news) {
  return known.run === news.run ? { ...known, ...news } : { ...news };
}

/** @param {string} text base64 @returns {Uint8Array} */
export function bytes(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}

/** @param {string} text base64 of little-endian numbers, as every browser's typed arrays are */
export const float32 = (text) => new Float32Array(bytes(text).buffer);
/** @param {string} text */
export const uint16 = (text) => new Uint16Array(bytes(text).buffer);
/** @param {string} text */
export const int16 = (text) => new Int16Array(bytes(text).buffer);
