/** Numbers and names as people read them. */

export const DASH = "–";

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
