import { AsktellError, type Direction, toInternal } from '@asktell/core';
import { FullCovariance } from './full-covariance.ts';
import type { SourceTrial } from './options.ts';
import { promisingCount, promisingDistribution } from './promising-distribution.ts';
import { Run, type RunKind } from './run.ts';
import type { SpaceMap } from './space-map.ts';

interface SourcePoint {
  /** NaN = inactive. */
  readonly raw: Float64Array;
  /** -1 = inactive. */
  readonly choices: Int32Array;
  readonly value: number;
}

/**
 * Starts a run from the distribution of the best source trials. An inactive numeric parameter takes the mean of the trials in
 * which it is active. Inactive choices are ignored.
 * @returns `null` without source trials, for a space without coordinates, and for an observed space that contains none of them
 * @throws AsktellError `invalid-argument` when no source trial is a point of the declared space
 */
export function warmStartedRun(
  map: SpaceMap,
  kind: RunKind,
  source: readonly SourceTrial[],
  direction: Direction | undefined,
): Run | null {
  const { n, choices } = map;
  if (source.length === 0 || n + choices.length === 0) return null;
  const points = source.flatMap((trial) => readTrial(map, trial));
  if (points.length === 0) {
    if (map.space.origin === 'observed') return null;
    throw new AsktellError(
      'invalid-argument',
      `CmaEsSampler: warmStart must contain a trial with a valid value for every parameter of the space, but none of its ${source.length} trials has one. Use trials of a study with the same parameters, or remove warmStart.`,
    );
  }
  const sign = direction === 'maximize' ? -1 : 1;
  const best = points.sort((a, b) => sign * (a.value - b.value)).slice(0, promisingCount(points.length));
  const run = n === 0 ? Run.start(map, kind, new Float64Array(0), 0) : gaussianRun(map, kind, best);
  for (const [i, { count }] of choices.entries()) {
    const active = best.filter((point) => point.choices[i] !== -1);
    if (active.length === 0) continue;
    const frequencies = new Float64Array(count);
    for (const point of active) {
      const choice = point.choices[i] as number;
      frequencies[choice] = (frequencies[choice] as number) + 1 / active.length;
    }
    run.search.categories?.setFrequencies(i, frequencies);
  }
  return run;
}

function readTrial(map: SpaceMap, { flatParams, value }: SourceTrial): SourcePoint[] {
  const raw = new Float64Array(map.n);
  const choices = new Int32Array(map.choices.length);
  const isPoint = map.readPoint(
    ({ name, dist }) => (Object.hasOwn(flatParams, name) ? toInternal(dist, flatParams[name]) : Number.NaN),
    raw,
    choices,
  );
  return isPoint && value !== undefined ? [{ raw, choices, value }] : [];
}

function gaussianRun(map: SpaceMap, kind: RunKind, best: readonly SourcePoint[]): Run {
  const { n } = map;
  const points = new Float64Array(best.length * n);
  for (let i = 0; i < n; i++) {
    const known = best.map(({ raw }) => raw[i] as number).filter((x) => !Number.isNaN(x));
    const mean = known.length === 0 ? 0.5 : known.reduce((sum, x) => sum + x, 0) / known.length;
    for (const [k, { raw }] of best.entries()) {
      const x = raw[i] as number;
      points[k * n + i] = Number.isNaN(x) ? mean : x;
    }
  }
  const scratch = new FullCovariance(n);
  const { mean, sigma, shape } = promisingDistribution(points, n, (matrix) => {
    scratch.setDense(matrix);
    return scratch.logDeterminant();
  });
  const run = Run.start(map, { ...kind, sigma }, mean, 0);
  run.search.gaussian?.covariance.setDense(shape);
  return run;
}
