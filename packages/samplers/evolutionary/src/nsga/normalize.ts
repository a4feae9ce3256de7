import { solveOnes } from './solve-ones.ts';

/** Distance from the finite losses at which infinite losses are placed, as a multiple of their range. */
const outside = 3;
/** Weight of the other axes in the search for the extreme point of an axis. */
const offAxis = 1e6;
/** Intercepts at or below this are noise. */
const negligible = 1e-12;
/** Bound of normalized losses, whose squares must be finite. */
const farthest = 1e150;

/**
 * Normalizes losses in place (Deb and Jain 2014, doi:10.1109/TEVC.2013.2281535, section IV-C). The ideal point becomes 0, and
 * the hyperplane through the extreme points intersects the axes at 1. If there is no such plane, or if an intercept is not
 * positive, the largest losses of the front take the place of the intercepts. Infinite losses become finite, and the result is at
 * most {@link farthest}.
 *
 * @param losses n × m, row-major; the first `front` rows are a non-dominated front
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
    for (let at = k; at < n * m; at += m)
      losses[at] = Math.min(farthest, (losses[at] as number) / (width > negligible ? width : 1));
  }
}

/** Replaces infinite losses by finite ones outside the range of the others. */
function bound(losses: Float64Array, n: number, m: number, k: number): void {
  let [low, high] = [Infinity, -Infinity];
  for (let at = k; at < n * m; at += m) {
    const x = losses[at] as number;
    if (!Number.isFinite(x)) continue;
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (low > high) [low, high] = [0, 0];
  // Fractions of the largest number keep the differences finite.
  const range = Math.min(high - low || 1, Number.MAX_VALUE / 16);
  const [least, most] = [Math.max(low, -Number.MAX_VALUE / 4), Math.min(high, Number.MAX_VALUE / 4)];
  for (let at = k; at < n * m; at += m) {
    const x = losses[at] as number;
    if (x === Infinity) losses[at] = most + outside * range;
    else losses[at] = x === -Infinity ? least - outside * range : Math.min(most, Math.max(least, x));
  }
}

/** Axis intercepts of the plane through the extreme points. `null` if they are not all positive and finite. */
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
  return intercepts?.every((x) => x > negligible && Number.isFinite(x)) === true ? intercepts : null;
}

/** The largest loss of the front for each objective. */
function largest(losses: Float64Array, m: number, front: number): Float64Array {
  const out = new Float64Array(m);
  for (let row = 0; row < front; row++) {
    for (let k = 0; k < m; k++) out[k] = Math.max(out[k] as number, losses[row * m + k] as number);
  }
  return out;
}
