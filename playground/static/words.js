/** Numbers and names as people read them. */

export const DASH = "–";
export const LETTERS = "ABCD";  // what runs side by side are called

/** Three significant digits, a real minus sign; a dash for what cannot be computed.  @param {number | null | undefined} value */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.0005 || size >= 1e6) return minus(value.toExponential(1).replace("e+", "e"));
  if (size >= 1000) return count(value);
  return minus(size < 0.1 ? value.toFixed(3) : size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2));
}

/** @param {number | null | undefined} value */
export function count(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  return minus(Math.round(value).toLocaleString("en"));
}

/** @param {string} text */
const minus = (text) => text.replace("-", "−");

/** Names too short to be understood, in full. */
const FULL = {
  modes: "modes",
  hq: "high quality",
  kl: "KL",
  js: "JS",
};

/** @param {string} column */
export const fullName = (column) => FULL[column] ?? column;

/** What a reading says, for who points at it; the first that fits.  @type {[RegExp, string][]} */
const MEANINGS = [
  [/^d_loss$/, "What D minimises: how badly it tells real from fake, penalties included"],
  [/^g_loss$/, "What G minimises: how little its fakes are taken for real"],
  [/\(real\)$/, "D's mean score of real samples: raw, any number, higher is more real"],
  [/\(fake\)$/, "D's mean score of fakes: raw, any number, higher is more real"],
  [/gradient$/, "The length of this player's gradient: how hard it is pulled"],
  [/^modes$/, "Modes of the data that at least one of 2,500 samples hits; of pictures, classes that our own classifier sees in 300, in 100 where three are stacked (a dash: none is kept, see python -m engine classifier)"],
  [/^class KL$/, "Kullback-Leibler divergence from the classes of these fakes to those of the data, in nats; best: what chance alone leaves"],
  [/^hq$/, "Share of samples within three standard deviations of a mode"],
  [/^kl$/, "Kullback-Leibler divergence from data to fakes, in nats; best: what chance alone leaves"],
  [/^js$/, "Jensen-Shannon divergence between data and fakes, in nats: 0 the same, 0.69 nothing in common"],
  [/^loss$/, "What E and G minimise together: what a copy has lost, and for a VAE how far its codes are from noise"],
  [/^reconstruction$/, "How badly samples are copied, in nats: minus the log-likelihood of a sample, but for a constant"],
  [/^KL to noise$/, "How far the codes lie from the noise that G is fed for new samples, in nats"],
  [/^information of/, "Mutual information between this code and the samples, from below, in nats; the dotted line is the most there is"],
  [/^number \d+ read$/, "Share of this code's variance that Q reads off the samples; 1 is all of it"],
  [/classes named$/, "Share of samples whose class D names rightly"],
  [/^labelled named$/, "Share of the few labelled samples whose class D names rightly"],
  [/^class loss$/, "Cross-entropy of the classes that D names, in nats"],
  [/^test error$/, "Share of 500 examples that are not trained on whose class D names wrongly"],
  [/^L1$/, "How far fakes are from their truth: mean absolute difference of a value between −1 and 1"],
  [/^L1 to truth$/, "The same of the pictures on the stage, made by G's average"],
  [/^cycle$/, "How far a picture that went there and back is from what it was: mean absolute difference"],
  [/^identity$/, "How much a translator changes what is of its own side already: mean absolute difference"],
  [/^reconstruction [ab]$/, "How far a picture of this side that went there and back is from what it was"],
  [/^content$/, "How far D's features of fakes are from those of their truth, or their pixels: mean square"],
  [/^squared error$/, "Mean squared difference between fakes and their truth, pixel by pixel: what alone would blur"],
  [/^sharpness$/, "Edges in the fakes over edges in real pictures: 1 is as sharp as they are, less is blurred, more is noisy"],
  [/^variety$/, "How far apart fakes lie, pixel by pixel, over how far apart real pictures do: 1 is as varied as they are, 0 is all alike"],
  [/^D\w* /, "What a penalty adds to D's loss"],
];

/** @param {string} column */
export const meaning = (column) => MEANINGS.find(([fits]) => fits.test(column))?.[1] ?? "";
