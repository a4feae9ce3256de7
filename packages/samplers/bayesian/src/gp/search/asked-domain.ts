import type { SampleContext, TrialHistory } from '@asktell/core';
import type { Encoding } from '../space/encoding.ts';
import type { GpState } from '../state.ts';
import type { Domain } from './domain.ts';

/** Observed points that are closer are equal. */
const samePosition = 1e-9;

/** The points of running trials, in columns. */
export function pendingPoints(encoding: Encoding, history: TrialHistory): readonly Float64Array[] {
  const design = new Float64Array(encoding.axes.length);
  const out: Float64Array[] = [];
  for (const row of history.running) {
    if (!encoding.readTrial((name) => history.value(row, name), design)) continue;
    const point = new Float64Array(encoding.columns);
    encoding.toColumns(design, 0, point, 0);
    out.push(point);
  }
  return out;
}

/**
 * The whole space without settled values, points that `where` forbids and points that were tried.
 *
 * @param spacing distance within which a point counts as equal to a pending one
 */
export function askedDomain(
  { encoding, observations }: GpState,
  { space, fixed }: SampleContext,
  pending: readonly Float64Array[],
  spacing: number,
): Domain {
  const { axes, columns, numeric } = encoding;
  const lower = new Float64Array(axes.length);
  const upper = new Float64Array(axes.length).fill(1);
  const choices = new Int32Array(axes.length).fill(-1);
  axes.forEach(({ param, kind }, a) => {
    const settled = fixed[param] as number;
    if (Number.isNaN(settled)) return;
    const position = encoding.position(a, settled);
    if (kind === 'choice') choices[a] = position;
    else {
      lower[a] = position;
      upper[a] = position;
    }
  });
  const { allows } = space;
  const x = new Float64Array(space.params.length);
  const accepts =
    allows === null
      ? null
      : (design: Float64Array, start: number): boolean => {
          encoding.toInternal(design, start, x);
          settle(x, fixed);
          return allows(x);
        };
  const isNear = (point: Float64Array, start: number, other: Float64Array, distance: number): boolean => {
    for (let j = 0; j < columns; j++) {
      const away = Math.abs((other[j] as number) - (point[start + j] as number));
      if (j < numeric ? !(away <= distance) : away > 0) return false;
    }
    return true;
  };
  const isTaken = (point: Float64Array, start: number): boolean =>
    observations.some((observation) => isNear(point, start, observation.point, samePosition)) ||
    pending.some((other) => isNear(point, start, other, spacing));
  return { encoding, lower, upper, choices, accepts, isTaken };
}

/** Writes settled values of active parameters into a point. */
function settle(x: Float64Array, fixed: Float64Array): void {
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(fixed[i]) && !Number.isNaN(x[i])) x[i] = fixed[i] as number;
}
