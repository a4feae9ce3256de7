import { hypervolumeSubset } from '@asktell/numerics';
import type { Point, RankedFronts } from './ranked-fronts.ts';

/**
 * Number of points of a front that a point is compared with by hypervolume, by the number of objectives. It limits the cost of
 * a decision to some 50 µs: contributions to the hypervolume cost more in more dimensions.
 */
function mostPeers(objectives: number): number {
  return objectives <= 2 ? 31 : objectives === 3 ? 15 : 9;
}

/**
 * Whether a point is among the best `count` of a set: by its front, and within the front that the limit divides by the
 * hypervolume that it adds. Of a large front, evenly spaced points are compared.
 */
export function isInFrontShare(fronts: RankedFronts, point: Point, count: number): boolean {
  const { ahead, peers } = fronts.rank(point);
  const left = count - ahead;
  if (left <= 0) return false;
  if (peers.length < left) return true;
  const m = point.length;
  const rivals = spaced(peers, mostPeers(m));
  const share = Math.max(1, Math.round((left * (rivals.length + 1)) / (peers.length + 1)));
  const points = new Float64Array((rivals.length + 1) * m);
  points.set(point);
  rivals.forEach((rival, i) => {
    points.set(rival, (i + 1) * m);
  });
  return hypervolumeSubset(points, rivals.length + 1, m, reference(points, m), share).includes(0);
}

/** Evenly spaced entries, the first and the last one included. */
function spaced(peers: readonly Point[], count: number): readonly Point[] {
  if (peers.length <= count) return peers;
  return Array.from({ length: count }, (_, i) => peers[Math.round((i * (peers.length - 1)) / (count - 1))] as Point);
}

/** A tenth of the range beyond the worst finite value of each objective, so that the ends of a front count. */
function reference(points: Float64Array, m: number): Float64Array {
  return Float64Array.from({ length: m }, (_, objective) => {
    let [best, worst] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = objective; at < points.length; at += m) {
      const value = points[at] as number;
      if (!Number.isFinite(value)) continue;
      best = Math.min(best, value);
      worst = Math.max(worst, value);
    }
    return worst < best ? 1 : worst + (0.1 * (worst - best) || 1);
  });
}
