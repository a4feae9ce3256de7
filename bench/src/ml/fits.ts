import { float, TpeSampler } from 'asktell';
import { type CvResults, RandomizedSearchCV, StandardScaler, StudySearchCV } from 'asktell/ml';
import { median } from '../table.ts';
import type { DataSet } from './data-sets.ts';
import { svm } from './svm.ts';

/** How many fits two searches need, by data set. */
export interface FitsRow {
  readonly data: string;
  /** The median of the best scores of the random search. */
  readonly target: number;
  readonly randomFits: number;
  /** Fits of the other search until a complete candidate has at least the target, by seed. Infinity: never. */
  readonly fits: readonly number[];
  /** The best score of the random search and of the other one after as many fits, by seed. */
  readonly best: readonly (readonly [random: number, study: number])[];
}

const trials = 60;
const folds = 5;

/** Runs both searches with the same folds. */
export async function compareFits(data: DataSet, seeds: number): Promise<FitsRow> {
  const { X, y, task, name } = data;
  const range = { C: float(1e-2, 1e3, { log: true }), gamma: float(1e-4, 1e1, { log: true }) };
  const space = task === 'regression' ? { ...range, epsilon: float(1e-2, 10, { log: true }) } : range;
  const factory = (params: { readonly C: number; readonly gamma: number; readonly epsilon?: number }) =>
    [new StandardScaler(), svm(params)] as const;
  const options = { cv: folds, scoring: task === 'regression' ? 'negRootMeanSquaredError' : 'accuracy' } as const;
  const randomBest: number[] = [];
  const runs: CvResults<unknown>[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const random = await new RandomizedSearchCV(factory, space, { ...options, trials, seed, refit: false }).fit(X, y);
    randomBest.push(random.bestScore);
    const study = await new StudySearchCV(factory, space, {
      ...options,
      sampler: new TpeSampler(),
      trials: 2 * trials,
      seed,
      refit: false,
    }).fit(X, y);
    runs.push(study.cvResults);
    console.error(`bench: ${name}, seed ${seed + 1} of ${seeds}`);
  }
  const target = median(randomBest);
  const fits = runs.map((results) => fitsUntil(results, (best) => best >= target).fits);
  const best = runs.map((results, i): readonly [number, number] => [
    randomBest[i] as number,
    fitsUntil(results, (_, done) => done >= trials * folds).best,
  ]);
  return { data: name, target, randomFits: trials * folds, fits, best };
}

/** Goes through the candidates in their order until the condition holds. */
function fitsUntil(
  results: CvResults<unknown>,
  isEnough: (best: number, fits: number) => boolean,
): { readonly fits: number; readonly best: number } {
  let fits = 0;
  let best = Number.NEGATIVE_INFINITY;
  for (const [i, mean] of (results.meanTestScore as Float64Array).entries()) {
    for (let fold = 0; fold < folds; fold++) if (!Number.isNaN(results[`split${fold}TestScore`]?.[i] as number)) fits++;
    if (mean > best) best = mean;
    if (isEnough(best, fits)) return { fits, best };
  }
  return { fits: Number.POSITIVE_INFINITY, best };
}
