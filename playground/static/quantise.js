/** Few colours for pictures of many: median cut (Heckbert 1982) over colours counted with 5, 6 and 5 bits. */

const BINS = 65536;

/** @param {number} r @param {number} g @param {number} b 0..255 */
const binOf = (r, g, b) => ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3);

/** The middle of a bin.  @param {number} bin @returns {[number, number, number]} */
const middle = (bin) => [((bin >> 11) << 3) + 4, (((bin >> 5) & 63) << 2) + 2, ((bin & 31) << 3) + 4];

/** At most `most` colours that stand for all others. */
export class Table {
  /** @param {Uint8ClampedArray[]} pictures RGBA; the colours are chosen for these @param {number} most up to 256 */
  constructor(pictures, most) {
    const tally = count(pictures);
    const boxes = [boxOf([...tally.pixels.keys()].filter((bin) => tally.pixels[bin]), tally)];
    while (boxes.length < most) {
      const widest = boxes.reduce((best, box) => (box.worth > best.worth ? box : best));
      if (!widest.worth) break;
      boxes.splice(boxes.indexOf(widest), 1, ...halves(widest, tally));
    }
    this.colours = Uint8Array.from(boxes.flatMap(({ bins }) => mean(bins, tally)));  // r, g, b, r, ...
    this.known = new Int16Array(BINS).fill(-1);
  }

  /** Which colour stands for each pixel.  @param {Uint8ClampedArray} data RGBA */
  indices(data) {
    const out = new Uint8Array(data.length / 4);
    for (let i = 0, at = 0; i < out.length; i++, at += 4) {
      const bin = binOf(data[at], data[at + 1], data[at + 2]);
      if (this.known[bin] < 0) this.known[bin] = this.#nearest(bin);
      out[i] = this.known[bin];
    }
    return out;
  }

  /** @param {number} bin */
  #nearest(bin) {
    const [r, g, b] = middle(bin);
    let [index, least] = [0, Infinity];
    for (let i = 0; i < this.colours.length; i += 3) {
      const [dr, dg, db] = [this.colours[i] - r, this.colours[i + 1] - g, this.colours[i + 2] - b];
      const far = 2 * dr * dr + 4 * dg * dg + db * db;  // about as the eye weighs them
      if (far < least) [index, least] = [i / 3, far];
    }
    return index;
  }
}

/** @typedef {{pixels: Float64Array, sums: Float64Array[]}} Tally of each bin: its pixels, and the sums of their r, g, b */
/** @typedef {{bins: number[], channel: number, worth: number}} Box colours side by side, and along which channel to split them */

/** @param {Uint8ClampedArray[]} pictures @returns {Tally} */
function count(pictures) {
  const pixels = new Float64Array(BINS), sums = [0, 1, 2].map(() => new Float64Array(BINS));
  for (const data of pictures) {
    for (let at = 0; at < data.length; at += 4) {
      const bin = binOf(data[at], data[at + 1], data[at + 2]);
      pixels[bin]++;
      for (let c = 0; c < 3; c++) sums[c][bin] += data[at + c];
    }
  }
  return { pixels, sums };
}

/** What it is worth to split a box: its longest side, and how many pixels would gain.  @param {number[]} bins @param {Tally} tally */
function boxOf(bins, tally) {
  let [channel, longest] = [0, 0];
  for (let c = 0; c < 3; c++) {
    let [low, high] = [255, 0];
    for (const bin of bins) {
      low = Math.min(low, middle(bin)[c]);
      high = Math.max(high, middle(bin)[c]);
    }
    if (high - low > longest) [channel, longest] = [c, high - low];
  }
  const pixels = bins.reduce((sum, bin) => sum + tally.pixels[bin], 0);
  return { bins, channel, worth: bins.length < 2 ? 0 : longest * Math.sqrt(pixels) };
}

/** Split where half of the pixels are on either side.  @param {Box} box @param {Tally} tally @returns {Box[]} */
function halves({ bins, channel }, tally) {
  bins.sort((a, b) => middle(a)[channel] - middle(b)[channel]);
  const half = bins.reduce((sum, bin) => sum + tally.pixels[bin], 0) / 2;
  let [at, sum] = [0, 0];
  do sum += tally.pixels[bins[at++]];
  while (at < bins.length - 1 && sum < half);
  return [boxOf(bins.slice(0, at), tally), boxOf(bins.slice(at), tally)];
}

/** @param {number[]} bins @param {Tally} tally */
function mean(bins, tally) {
  const pixels = bins.reduce((sum, bin) => sum + tally.pixels[bin], 0) || 1;
  return tally.sums.map((sums) => bins.reduce((sum, bin) => sum + sums[bin], 0) / pixels);
}
