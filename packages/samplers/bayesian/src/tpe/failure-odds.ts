import { type Axis, placeOf } from './axis.ts';
import type { TrialSample } from './trial-sample.ts';

/** How many trials, the nearest ones, tell what to expect at a point. */
const neighbours = 5;
/**
 * How much the logarithm of a chance counts beside that of l(x)/g(x). Measured on the `tune` problems that fail: with 1, 2 and 4 between
 * 9 and 15 %, 6 and 12 %, 4 and 8 % of the trials after the first 50 failed, and the best values were as good.
 */
const caution = 4;

/**
 * Adds to each score the logarithm of the chance that the point succeeds, from the nearest finished trials
 * (k-nearest-neighbour classification with a weak prior). Parzen densities alone are too narrow for that: they learn that a point is bad, not that
 * everything on its side of a border is. Costs nothing while no trial has failed.
 */
export function addLogChances(
  axes: readonly Axis[],
  sample: TrialSample,
  codes: Float64Array,
  scores: Float64Array,
): void {
  if (sample.failures === 0) return;
  const d = axes.length;
  const known = places(axes, sample.codes, sample.size);
  const points = places(axes, codes, scores.length);
  for (let c = 0; c < scores.length; c++)
    scores[c] =
      (scores[c] as number) + caution * Math.log(chance(axes, sample, known, points.subarray(c * d, (c + 1) * d)));
}

function chance(axes: readonly Axis[], sample: TrialSample, known: Float64Array, point: Float64Array): number {
  const d = axes.length;
  const k = Math.min(neighbours, sample.size);
  /** Ascending distances of the nearest so far, and whether they failed. */
  const distances = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const failed = new Uint8Array(k);
  for (let slot = 0; slot < sample.size; slot++) {
    let sum = 0;
    for (let j = 0; j < d && sum < (distances[k - 1] as number); j++) {
      const gap = (known[slot * d + j] as number) - (point[j] as number);
      sum += (axes[j] as Axis).kind === 'choices' ? (gap === 0 ? 0 : 1) : gap * gap;
    }
    if (sum >= (distances[k - 1] as number)) continue;
    let at = k - 1;
    for (; at > 0 && (distances[at - 1] as number) > sum; at--) {
      distances[at] = distances[at - 1] as number;
      failed[at] = failed[at - 1] as number;
    }
    distances[at] = sum;
    failed[at] = sample.hasFailed(slot) ? 1 : 0;
  }
  const good = k - failed.reduce((sum, f) => sum + f, 0);
  return (good + 0.5) / (k + 0.5);
}

/** Places in the unit interval, cells on choice axes. */
function places(axes: readonly Axis[], codes: Float64Array, count: number): Float64Array {
  const d = axes.length;
  const out = new Float64Array(count * d);
  for (let i = 0; i < count * d; i++) {
    const axis = axes[i % d] as Axis;
    const code = codes[i] as number;
    out[i] = axis.kind === 'choices' ? code : placeOf(axis, code);
  }
  return out;
}
