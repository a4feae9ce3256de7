import { check, checkOptions, type Directions, readModelInput, type Study } from '@asktell/core';
import { type PredictedValue, predictInTurns } from '@asktell/sampler-bayesian';
import { environment } from './environment.ts';

/** Options of {@link predict}. */
export interface PredictOptions {
  /** Which objective of a study with several, counted from 0. Default `0`. */
  readonly objective?: number;
}

/**
 * Predicts the value at each of several points by a Gaussian process on the complete trials of a study.
 * @throws AsktellError `invalid-argument`, `invalid-value`
 * @example
 * const study = await createStudy({ space: { x: float(-5, 5) } });
 * await study.optimize(({ params }) => (params.x - 2) ** 2, { trials: 30 });
 * const [near, far] = await predict(study, [{ x: 2 }, { x: -5 }]);
 */
export function predict<P extends object>(
  study: Study<P, Directions>,
  params: readonly NoInfer<P>[],
  options?: PredictOptions,
): Promise<readonly PredictedValue[]>;
/**
 * Predicts the value at a point by a Gaussian process on the complete trials of a study, whichever sampler proposed them.
 * Nothing is measured or stored.
 *
 * The mean and the standard deviation are in the units of the objective. The deviation is that of the objective without
 * noise, so it does not contain the noise of a further measurement. Trials with violated constraints are included. Infinite
 * values count as the worst or the best finite one.
 *
 * @param params a point as trials have it: nested as the space is declared, or values by flat name. `where` may forbid it.
 * @throws AsktellError `invalid-argument` if there is no complete trial with a value, if an active parameter is missing or
 *   outside its range, or if there is no such objective; `invalid-value` for an unknown name
 * @example
 * const study = await createStudy({ space: { x: float(-5, 5) } });
 * await study.optimize(({ params }) => (params.x - 2) ** 2, { trials: 30 });
 * const { mean, deviation } = await predict(study, { x: 1.5 });
 */
export function predict<P extends object>(
  study: Study<P, Directions>,
  params: NoInfer<P>,
  options?: PredictOptions,
): Promise<PredictedValue>;
export async function predict(
  study: Study<object, Directions>,
  params: object | readonly object[],
  options: PredictOptions = {},
): Promise<PredictedValue | readonly PredictedValue[]> {
  checkOptions('predict', options, { objective: check.count(0) });
  const list: readonly unknown[] = Array.isArray(params) ? params : [params];
  const { history, space, points } = await readModelInput('predict', study, list);
  const { offload } = environment();
  const values = await predictInTurns(history, space, points, options.objective ?? 0, offload);
  return Array.isArray(params) ? values : (values[0] as PredictedValue);
}
