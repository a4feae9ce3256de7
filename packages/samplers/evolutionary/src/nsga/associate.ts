import { hypot } from '@asktell/numerics/elementary';

/** The nearest reference direction of each point, and the distance to it. */
export interface Niches {
  readonly niche: Int32Array;
  readonly distance: Float64Array;
}

/**
 * Finds the nearest reference direction of each point (Deb and Jain 2014, section IV-D). A direction is a line through the
 * origin.
 * @param points n × m, row-major, normalized
 * @param units directions of length 1, row-major
 */
export function associate(points: Float64Array, n: number, m: number, units: Float64Array): Niches {
  const niche = new Int32Array(n);
  const distance = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    // The nearest line through the origin is the one with the longest projection of the point.
    let [best, longest] = [0, -Infinity];
    for (let from = 0; from < units.length; from += m) {
      let projection = 0;
      for (let k = 0; k < m; k++) projection += (points[row * m + k] as number) * (units[from + k] as number);
      if (projection > longest) [best, longest] = [from, projection];
    }
    let sum = 0;
    for (let k = 0; k < m; k++) sum += ((points[row * m + k] as number) - longest * (units[best + k] as number)) ** 2;
    niche[row] = best / m;
    distance[row] = Math.sqrt(sum);
  }
  return { niche, distance };
}

/** Scales directions to length 1. */
export function unitDirections(directions: Float64Array, m: number): Float64Array {
  const units = Float64Array.from(directions);
  for (let from = 0; from < units.length; from += m) {
    const direction = units.subarray(from, from + m);
    const length = hypot(direction);
    for (let k = 0; k < m; k++) direction[k] = (direction[k] as number) / length;
  }
  return units;
}
