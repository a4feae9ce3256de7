import type { DiscreteAxis } from './discrete-axis.ts';

/**
 * Integer centring of CatCMA with Margin (arXiv:2504.07884): before the mean moves, the better half's coordinates that have another
 * value than the mean are set to that value's centre; the others move towards their centre just so far that the half's sum stays
 * where it was. A successful mutation thus counts in full, however near the threshold it was.
 *
 * @param points λ × n, row-major, best first; the first `mu` rows are changed
 * @param succeeded receives by discrete coordinate whether any of these rows has another value than the mean
 */
export function centreIntegers(
  points: Float64Array,
  n: number,
  mu: number,
  mean: Float64Array,
  axes: readonly DiscreteAxis[],
  succeeded: Uint8Array,
): void {
  for (const [k, axis] of axes.entries()) succeeded[k] = centreOne(points, n, mu, mean[axis.index] as number, axis);
}

function centreOne(points: Float64Array, n: number, mu: number, mean: number, axis: DiscreteAxis): 0 | 1 {
  const { index } = axis;
  const own = axis.cell(mean);
  const center = axis.center(own);
  let bias = 0;
  let upward = 0;
  let downward = 0;
  let succeeded: 0 | 1 = 0;
  for (let i = 0; i < mu; i++) {
    const at = i * n + index;
    const v = points[at] as number;
    const cell = axis.cell(v);
    if (cell === own) {
      if (center > v) upward += center - v;
      else downward += center - v;
    } else {
      succeeded = 1;
      bias += axis.center(cell) - v;
      points[at] = axis.center(cell);
    }
  }
  const moves = bias > 0 ? downward : upward;
  if (bias * moves >= 0) return succeeded; // no bias, or nothing that could balance it
  const share = Math.min(1, -bias / moves);
  for (let i = 0; i < mu; i++) {
    const at = i * n + index;
    const v = points[at] as number;
    if (axis.cell(v) === own && bias * (center - v) < 0) points[at] = v + share * (center - v);
  }
  return succeeded;
}
