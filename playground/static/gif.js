/**
 * An animated GIF (GIF89a, CompuServe 1990), written frame by frame. All frames share one table of up to 255 colours; what did not
 * change since the last frame is left transparent, so that LZW has little to say about it.
 */

const STILL = 255;  // the transparent index: as in the frame before
const MOST_CODES = 4096;
export const MOST_COLOURS = 255;

export class Gif {
  /** @param {number} width @param {number} height @param {Uint8Array} colours r, g, b of at most 255 */
  constructor(width, height, colours) {
    this.width = width;
    this.height = height;
    /** @type {Uint8Array | null} */
    this.last = null;
    /** @type {BlobPart[]} */
    this.parts = [];
    const table = new Uint8Array(3 * 256);
    table.set(colours);
    this.#put([...ascii("GIF89a"), ...short(width), ...short(height), 0b11110111, 0, 0], table);  // a table of 256, 8 bits each
    this.#put([0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0]);                          // play for ever
  }

  /** @param {Uint8Array} indices into the table, row after row @param {number} delay in ms */
  add(indices, delay) {
    const { last } = this;
    const told = last ? indices.map((index, i) => (index === last[i] ? STILL : index)) : indices;
    const transparent = last ? 1 : 0;
    this.#put([0x21, 0xf9, 4, (1 << 2) | transparent, ...short(Math.round(delay / 10)), STILL, 0]);  // 1: leave it standing
    this.#put([0x2c, 0, 0, 0, 0, ...short(this.width), ...short(this.height), 0, 8], lzw(told), [0]);
    this.last = indices;
  }

  /** @returns {Blob} */
  finish() {
    this.#put([0x3b]);
    return new Blob(this.parts, { type: "image/gif" });
  }

  /** @param {...(number[] | Uint8Array)} pieces */
  #put(...pieces) {
    this.parts.push(...pieces.map((piece) => Uint8Array.from(piece)));
  }
}

const ascii = (/** @type {string} */ text) => [...text].map((letter) => letter.charCodeAt(0));
const short = (/** @type {number} */ value) => [value & 255, value >> 8];

/** LZW with codes of 9 to 12 bits, in blocks of up to 255 bytes, each after its length.  @param {Uint8Array} indices 8 bits each */
function lzw(indices) {
  const [clear, end] = [256, 257];
  const out = new Blocks(), table = new Uint16Array(MOST_CODES << 8);  // word and index -> longer word; 0: none yet
  let next = end + 1, bits = 9;
  out.put(clear, bits);
  let word = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (word << 8) | indices[i];
    if (table[key]) {
      word = table[key];
      continue;
    }
    out.put(word, bits);
    word = indices[i];
    if (next === MOST_CODES) {
      out.put(clear, bits);
      table.fill(0);
      [next, bits] = [end + 1, 9];
      continue;
    }
    if (next >= 1 << bits) bits++;
    table[key] = next++;
  }
  out.put(word, bits);
  if (next >= 1 << bits && next < MOST_CODES) bits++;  // whoever reads has learnt one word more
  out.put(end, bits);
  return out.finish();
}

/** Bits, lowest first, in blocks. */
class Blocks {
  constructor() {
    this.bytes = new Uint8Array(1 << 16);
    this.length = 1;  // of what is written; the block's own length comes first
    this.block = 0;   // where it stands
    this.held = 0;
    this.bits = 0;
  }

  /** @param {number} code @param {number} bits */
  put(code, bits) {
    this.held |= code << this.bits;
    for (this.bits += bits; this.bits >= 8; this.bits -= 8, this.held >>>= 8) this.#byte(this.held & 255);
  }

  finish() {
    if (this.bits) this.#byte(this.held & 255);
    this.bytes[this.block] = this.length - this.block - 1;
    return this.bytes.slice(0, this.bytes[this.block] ? this.length : this.block);
  }

  /** @param {number} value */
  #byte(value) {
    if (this.length + 2 > this.bytes.length) {
      const bytes = new Uint8Array(2 * this.bytes.length);
      bytes.set(this.bytes);
      this.bytes = bytes;
    }
    this.bytes[this.length++] = value;
    if (this.length - this.block - 1 < 255) return;
    this.bytes[this.block] = 255;
    this.block = this.length++;
  }
}
