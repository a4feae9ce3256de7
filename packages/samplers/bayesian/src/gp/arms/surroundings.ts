import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';

/** Minimum half side. */
const leastHalf = 1e-5;
/** Minimum half side on grids, in cells. */
const leastCells = 1.5;
/** Half a side that includes the whole range from its middle. */
const anywhere = 0.5;
/** Distance between different choices. */
const choiceDistance = 0.5;

/** The surroundings of the best point: a box whose sides are proportional to the spread of the best points. */
export interface Surroundings {
  /** Half sides by axis. */
  readonly halves: Float64Array;
  /** Observations with values, the nearest first. */
  readonly nearest: readonly Observation[];
  /** Distances of `nearest` from the best point, in units of the sides of the box. */
  readonly distances: Float64Array;
}

export function surroundings(ask: Ask): Surroundings {
  const { state, ranked } = ask;
  const { encoding, valued, recipe } = state;
  const { axes, columnOf, columns, numeric } = encoding;
  const few = ranked.slice(0, axes.length + 2);
  const halves = Float64Array.from(axes, (axis, a) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { point } of few) {
      const u = point[columnOf[a] as number] as number;
      low = Math.min(low, u);
      high = Math.max(high, u);
    }
    // In another branch the best points say nothing about the size of the box.
    if (!encoding.isActive(a, ask.best[0] as Float64Array)) return anywhere;
    const half = Math.max(leastHalf, recipe.localRange * (high - low));
    return axis.kind === 'grid' ? Math.max(half, leastCells / axis.cells) : half;
  });
  const centre = (ranked[0] as Observation).point;
  const scale = new Float64Array(columns);
  columnOf.forEach((column, a) => {
    scale[column] = 1 / (2 * (halves[a] as number));
  });
  const all = Float64Array.from(valued, ({ point }) => {
    let largest = 0;
    let choices = 0;
    for (let j = 0; j < columns; j++) {
      const away = Math.abs((point[j] as number) - (centre[j] as number));
      if (j < numeric) largest = Math.max(largest, away * (scale[j] as number));
      else if (away > 0) choices += choiceDistance;
    }
    return largest + choices;
  });
  // At equal distances, the newest is first.
  const order = Array.from(all.keys()).sort((a, b) => (all[a] as number) - (all[b] as number) || b - a);
  return {
    halves,
    nearest: order.map((i) => valued[i] as Observation),
    distances: Float64Array.from(order, (i) => all[i] as number),
  };
}
