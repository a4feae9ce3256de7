import { badOption } from '../sampler-options.ts';

/**
 * Points spread evenly on the unit simplex: all whose coordinates are multiples of 1 / divisions
 * (Das and Dennis 1998, doi:10.1137/S1052623496307510), C(divisions + m − 1, m − 1) of them.
 *
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

/** How many points {@link dasDennis} makes. */
export function dasDennisSize(m: number, divisions: number): number {
  let size = 1;
  for (let i = 1; i < m; i++) size = (size * (divisions + i)) / i;
  return size;
}

/** More directions than any population has use for; each costs time with every trial. */
const mostDirections = 100_000;

/**
 * Reference directions for a population: as many as fit, one a member. With fewer divisions than objectives all of them lie on the
 * boundary of the simplex; then a second layer, half the size, looks inside (Deb and Jain 2014, section V-A).
 * @throws AsktellError `invalid-argument` when so many `divisions` give far too many
 */
export function referenceDirections(m: number, populationSize: number, divisions: number | null): Float64Array {
  if (divisions !== null) {
    if (dasDennisSize(m, divisions) <= mostDirections) return dasDennis(m, divisions);
    throw badOption(
      'NsgaIIISampler',
      `${divisions} divisions are too many for ${m} objectives: they make more than ${mostDirections} reference directions; take ${largestDivisions(m, mostDirections)} at most.`,
    );
  }
  const most = Math.min(populationSize, mostDirections);
  const outer = largestDivisions(m, most);
  const directions = dasDennis(m, outer);
  const room = most - directions.length / m;
  if (outer >= m || m === 1 || room < m) return directions;
  const inner = dasDennis(m, largestDivisions(m, room)).map((x) => (x + 1 / m) / 2);
  const both = new Float64Array(directions.length + inner.length);
  both.set(directions);
  both.set(inner, directions.length);
  return both;
}

/** The most divisions whose points are no more than `size`; 1 at least. */
function largestDivisions(m: number, size: number): number {
  if (m === 1) return 1;
  let divisions = 1;
  while (dasDennisSize(m, divisions + 1) <= size) divisions++;
  return divisions;
}
