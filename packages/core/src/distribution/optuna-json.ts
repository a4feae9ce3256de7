import type { Json } from '../json.ts';
import type { Distribution } from './distribution.ts';

/** Optuna's JSON form of a distribution, with the keys in Optuna's order. */
export interface OptunaDistribution {
  readonly name: 'FloatDistribution' | 'IntDistribution' | 'CategoricalDistribution';
  readonly attributes: { readonly [key: string]: Json };
}

/** Converts a distribution to Optuna's JSON form (Optuna 3 to 5) as plain data, which the storage serializes. */
export function distributionToOptuna(dist: Distribution): OptunaDistribution {
  switch (dist.kind) {
    case 'float':
      return {
        name: 'FloatDistribution',
        attributes: { step: dist.step, low: dist.low, high: dist.high, log: dist.log },
      };
    case 'int':
      return {
        name: 'IntDistribution',
        attributes: { log: dist.log, step: dist.step, low: dist.low, high: dist.high },
      };
    case 'categorical':
      return { name: 'CategoricalDistribution', attributes: { choices: dist.choices } };
  }
}
