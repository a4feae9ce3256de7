import { float, TpeSampler } from 'asktell';
import { StandardScaler, StudySearchCV } from 'asktell/ml';
import type { DataSet } from './data-sets.ts';
import { svm } from './svm.ts';

/** What the report says about one data set. */
export interface EffectRow {
  readonly data: string;
  readonly claimsEffect: boolean;
  readonly inSample: number;
  readonly outOfSample: number;
  readonly optimism: number;
  /** The lower end of the 95 % interval of the optimism. */
  readonly optimismLow: number;
  readonly expectedOptimism: number;
}

/** Tunes a support vector machine and asks whether the winner beats the most frequent class on 30 % of the rows. */
export async function measureEffect({ name, X, y }: DataSet, seed: number): Promise<EffectRow> {
  const space = { C: float(1e-2, 1e3, { log: true }), gamma: float(1e-4, 1e1, { log: true }) };
  const factory = (params: { readonly C: number; readonly gamma: number }) =>
    [new StandardScaler(), svm(params)] as const;
  const search = new StudySearchCV(factory, space, {
    trials: 40,
    sampler: new TpeSampler(),
    seed,
    holdOut: 0.3,
    refit: false,
  });
  await search.fit(X, y);
  const { honest, report } = search;
  if (honest === null || report === null) throw new Error('A search with holdOut has a report.');
  return {
    data: name,
    claimsEffect: report.claimsEffect === true,
    inSample: honest.inSample.value,
    outOfSample: honest.result.value,
    optimism: honest.optimism.value,
    optimismLow: honest.optimism.low,
    expectedOptimism: honest.expectedOptimism,
  };
}
