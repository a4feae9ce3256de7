import type { ChainPoint } from './chain.ts';

/**
 * Whether a descent from `point` is likely to end where another chain is, at `lower`, which has a lower loss. The cubic through
 * both losses and slopes along the segment between them must fall all the way: the slopes are negative or zero, and their
 * magnitude is at most three times that of the secant (Fritsch & Carlson 1980, a sufficient condition).
 */
export function leadsTo(point: ChainPoint, lower: ChainPoint): boolean {
  const secant = lower.loss - point.loss;
  if (secant > 0) return false;
  let slopeAtPoint = 0;
  let slopeAtLower = 0;
  for (let i = 0; i < point.u.length; i++) {
    const s = (lower.u[i] as number) - (point.u[i] as number);
    slopeAtPoint += s * known(point.g[i]);
    slopeAtLower += s * known(lower.g[i]);
  }
  const falls = (slope: number): boolean => slope <= 0 && slope >= 3 * secant;
  return falls(slopeAtPoint) && falls(Math.min(0, slopeAtLower));
}

function known(slope: number | undefined): number {
  return slope === undefined || Number.isNaN(slope) ? 0 : slope;
}
