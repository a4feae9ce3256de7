import { checkPair } from './check-pair.ts';

/**
 * The mean squared error.
 * @throws AsktellError `invalid-data` for lists that are empty or of different lengths
 */
export function meanSquaredError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPair('meanSquaredError', actual, predicted);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += ((actual[i] as number) - (predicted[i] as number)) ** 2;
  return sum / actual.length;
}

/** The square root of {@link meanSquaredError}, in the unit of the target. */
export function rootMeanSquaredError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(meanSquaredError(actual, predicted));
}

/** The mean absolute error, in the unit of the target. */
export function meanAbsoluteError(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPair('meanAbsoluteError', actual, predicted);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += Math.abs((actual[i] as number) - (predicted[i] as number));
  return sum / actual.length;
}

/**
 * The share of the variance that the predictions explain: 1 is perfect, 0 is as good as the mean. As in scikit-learn, a
 * constant target gives 1 if the predictions are exact and 0 otherwise.
 */
export function r2(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPair('r2', actual, predicted);
  let mean = 0;
  for (let i = 0; i < actual.length; i++) mean += (actual[i] as number) / actual.length;
  let residual = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    residual += ((actual[i] as number) - (predicted[i] as number)) ** 2;
    total += ((actual[i] as number) - mean) ** 2;
  }
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
