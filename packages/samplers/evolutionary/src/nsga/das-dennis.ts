import { badOption } from '../sampler-options.ts';

/**
 * Evenly spaced points on the unit simplex: the C(divisions + m − 1, m − 1) points whose coordinates are multiples of
 * 1 / divisions (Das and Dennis 1998, doi:10.1137/S1052623496307510).
 * @returns the points, row-major, m coordinates each
 * @example dasDennis(2, 2); // 0, 1, 0.5, 0.5, 1, 0
 */
export function dasDennis(m: number, divisions: number): Float64Array {
  const points: number[] = [];
  const point = new Array<number>(m).fill(0);
  const fill = (axis: number, left: number): void => {
    if (axis === m - 1) {
      point[axis] = left / divisions;
      points.push(...point);
      return;
    }
    for (let k = 0; k <= left; k++) {
      point[axis] = k / divisions;
      fill(axis + 1, left - k);
    }
  };
  fill(0, divisions);
  return Float64Array.from(points);
}

/** The number of points of {@link dasDennis}. */
export function dasDennisSize(m: number, divisions: number): number {
  let size = 1;
  for (let i = 1; i < m; i++) size = (size * (divisions + i)) / i;
  return size;
}

/** Limits the cost of a trial, which grows with the number of directions. */
const maxDirections = 100_000;

/**
 * Reference directions for a population, at most one per member. With fewer divisions than objectives all directions are on the
 * boundary of the simplex. Then a second layer, half as large, covers the interior (Deb and Jain 2014, section V-A).
 * @param divisions `null`: as many as the population allows
 * @returns the directions, row-major, m coordinates each
 * @throws AsktellError `invalid-argument` when `divisions` gives more than 100,000 directions
 */
export function referenceDirections(m: number, populationSize: number, divisions: number | null): Float64Array {
  if (divisions !== null) {
    if (dasDennisSize(m, divisions) <= maxDirections) return dasDennis(m, divisions);
    throw badOption(
      'NsgaIIISampler',
      `divisions must be at most ${largestDivisions(m, maxDirections)} for ${m} objectives (${maxDirections} reference directions), not ${divisions}.`,
    );
  }
  const limit = Math.min(populationSize, maxDirections);
  const outer = largestDivisions(m, limit);
  const directions = dasDennis(m, outer);
  const remaining = limit - directions.length / m;
  if (outer >= m || m === 1 || remaining < m) return directions;
  const inner = dasDennis(m, largestDivisions(m, remaining)).map((x) => (x + 1 / m) / 2);
  const both = new Float64Array(directions.length + inner.length);
  both.set(directions);
  both.set(inner, directions.length);
  return both;
}

/** The largest number of divisions that gives at most `size` points, at least 1. */
function largestDivisions(m: number, size: number): number {
  if (m === 1) return 1;
  let divisions = 1;
  while (dasDennisSize(m, divisions + 1) <= size) divisions++;
  return divisions;
}
