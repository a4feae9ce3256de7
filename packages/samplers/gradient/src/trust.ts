/** Share of the newest step in the trust of a chain. */
const newest = 0.5;
/** A change of the loss below this fraction of its size is rounding error. */
const precision = 1e-12;

/** What two measurements say about the gradients at both. All numbers in the internal scale. */
export interface Evidence {
  readonly lossBefore: number;
  readonly lossAfter: number;
  /** Directional derivatives along the step from the first point to the second. The second may be NaN. */
  readonly slopeBefore: number;
  readonly slopeAfter: number;
  /** Standard error of the difference of the losses. */
  readonly error: number;
}

/**
 * How well gradients agree with the change of the loss between two points, from 0 (opposite, or no relation) to 1. The
 * predicted change is the trapezoidal rule, half the sum of the slopes at both ends, which is exact for a quadratic. NaN if
 * the change is too small to tell.
 */
export function agreement({ lossBefore, lossAfter, slopeBefore, slopeAfter, error }: Evidence): number {
  const change = lossAfter - lossBefore;
  const predicted = (slopeBefore + slopeAfter) / 2;
  const least = 2 * error + precision * Math.max(Math.abs(lossBefore), Math.abs(lossAfter));
  const total = Math.abs(change) + Math.abs(predicted);
  if (!(total > least)) return Number.NaN;
  return 1 - Math.abs(change - predicted) / total;
}

/** The trust after one more step with this agreement. NaN changes nothing. */
export function trustAfter(trust: number, agreed: number): number {
  return Number.isNaN(agreed) ? trust : trust + newest * (agreed - trust);
}
