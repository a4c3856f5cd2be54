/** Fewer points for the same curve. */

/**
 * Buckets aligned to rounds, so that old parts of a curve never shimmer, keeping the lowest and the highest value of each.
 * A bucket without a number is a gap.
 *
 * @param {Float32Array} x rising @param {Float32Array} y NaN = gap @param {number} most points to return
 * @returns {[Float32Array, Float32Array]}
 */
export function thin(x, y, most) {
  if (x.length <= most) return [x, y];
  let width = 1;
  while ((x[x.length - 1] - x[0]) / width > most / 2 - 2) width *= 2;
  const outX = new Float32Array(most), outY = new Float32Array(most);
  let n = 0;
  for (let i = 0; i < x.length; ) {
    const bucket = Math.floor(x[i] / width);
    let low = i, high = i;
    for (; i < x.length && Math.floor(x[i] / width) === bucket; i++) {
      if (!(y[i] >= y[low])) if (y[i] === y[i]) low = i;
      if (!(y[i] <= y[high])) if (y[i] === y[i]) high = i;
    }
    const [first, second] = low < high ? [low, high] : [high, low];
    outX[n] = x[first];
    outY[n++] = y[first];
    if (second !== first) {
      outX[n] = x[second];
      outY[n++] = y[second];
    }
  }
  return [outX.subarray(0, n), outY.subarray(0, n)];
}

/**
 * Exponential moving average without the pull towards its start (Adam's bias correction); gaps stay gaps.
 *
 * @param {Float32Array} y @param {number} weight of the past, in [0, 1)
 */
export function smooth(y, weight) {
  if (!weight) return y;
  const out = new Float32Array(y.length);
  let mean = 0, mass = 0;
  for (let i = 0; i < y.length; i++) {
    if (Number.isFinite(y[i])) {
      mean = weight * mean + (1 - weight) * y[i];
      mass = weight * mass + (1 - weight);
      out[i] = mean / mass;
    } else out[i] = NaN;
  }
  return out;
}
