import { solveOnes } from './solve-ones.ts';

/** How far outside the finite range of an objective infinite losses are put, in ranges. */
const outside = 3;
/** Weight of the other axes when an axis' extreme point is looked for. */
const offAxis = 1e6;
/** Intercepts below this are noise. */
const tiny = 1e-12;

/**
 * Scales losses so that the ideal point becomes 0 and the hyperplane through the extreme points cuts the axes at 1 (Deb and Jain 2014,
 * doi:10.1109/TEVC.2013.2281535, section IV-C): in place. Where there is no such plane, or it cuts an axis before
 * 0, the largest loss of the front takes its place.
 *
 * @param losses n × m, row-major, the first `front` rows a non-dominated front; infinite ones become finite
 */
export function normalize(losses: Float64Array, n: number, m: number, front: number): void {
  for (let k = 0; k < m; k++) bound(losses, n, m, k);
  for (let k = 0; k < m; k++) {
    let ideal = Infinity;
    for (let row = 0; row < n; row++) ideal = Math.min(ideal, losses[row * m + k] as number);
    for (let at = k; at < n * m; at += m) losses[at] = (losses[at] as number) - ideal;
  }
  const intercepts = planeIntercepts(losses, m, front) ?? largest(losses, m, front);
  for (let k = 0; k < m; k++) {
    const width = intercepts[k] as number;
    for (let at = k; at < n * m; at += m) losses[at] = (losses[at] as number) / (width > tiny ? width : 1);
  }
}

/** Puts infinite losses outside the finite ones. */
function bound(losses: Float64Array, n: number, m: number, k: number): void {
  let [low, high] = [Infinity, -Infinity];
  for (let at = k; at < n * m; at += m) {
    const x = losses[at] as number;
    if (!Number.isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (low > high) [low, high] = [0, 0];
  // Halves and quarters of the largest number keep the differences finite.
  const range = Math.min(high - low || 1, Number.MAX_VALUE / 16);
  const [least, most] = [Math.max(low, -Number.MAX_VALUE / 4), Math.min(high, Number.MAX_VALUE / 4)];
  for (let at = k; at < n * m; at += m) {
    const x = losses[at] as number;
    if (x === Infinity) losses[at] = most + outside * range;
    else losses[at] = x === -Infinity ? least - outside * range : Math.min(most, Math.max(least, x));
  }
}

/** Where the plane through the extreme points of all axes cuts them; `null` where it does not do so properly. */
function planeIntercepts(losses: Float64Array, m: number, front: number): Float64Array | null {
  const extremes = new Float64Array(m * m);
  for (let axis = 0; axis < m; axis++) {
    let [best, least] = [0, Infinity];
    for (let row = 0; row < front; row++) {
      let achievement = 0;
      for (let k = 0; k < m; k++) {
        achievement = Math.max(achievement, (losses[row * m + k] as number) * (k === axis ? 1 : offAxis));
      }
      if (achievement < least) [best, least] = [row, achievement];
    }
    extremes.set(losses.subarray(best * m, (best + 1) * m), axis * m);
  }
  const inverse = solveOnes(extremes, m);
  const intercepts = inverse?.map((x) => 1 / x);
  return intercepts?.every((x) => x > tiny && Number.isFinite(x)) === true ? intercepts : null;
}

/** The largest loss of the front by objective. */
function largest(losses: Float64Array, m: number, front: number): Float64Array {
  const out = new Float64Array(m);
  for (let row = 0; row < front; row++) {
    for (let k = 0; k < m; k++) out[k] = Math.max(out[k] as number, losses[row * m + k] as number);
  }
  return out;
}
