import { type Distribution, type SamplerFoldContext, type Scalar, toExternal } from '@asktell/core';
import { CmaEsSampler, type CmaEsState, type SourceTrial } from '@asktell/sampler-evolutionary';

/** Minimum number of trials from which it starts. */
const leastTrials = 10;

/**
 * The state of CMA-ES that starts from the distribution of the best tenth of the trials so far. `null` if there are too few.
 * @param finished number of finished trials so far
 */
export function startCmaEs({ space, history, seed, fixed }: SamplerFoldContext, finished: number): CmaEsState | null {
  const values = history.values(0);
  const rows = Array.from(history.finished.subarray(0, finished)).filter(
    (row) =>
      history.state(row) === 'complete' &&
      Number.isFinite(values[row]) &&
      !((history.violation[row] as number) > 0) &&
      space.params.every(({ name, when }) => when !== null || !Number.isNaN(history.value(row, name))),
  );
  if (rows.length < leastTrials) return null;
  const warmStart = rows.map((row): SourceTrial => {
    const { names, dists, x } = history.params(row);
    const flatParams: { [name: string]: Scalar } = {};
    names.forEach((name, i) => {
      flatParams[name] = toExternal(dists[i] as Distribution, x[i] as number);
    });
    return { flatParams, value: values[row] as number };
  });
  return new CmaEsSampler({ warmStart }).fold.init({ space, history, seed, fixed });
}
