import { AsktellError } from '@asktell/core';

/** @throws AsktellError `invalid-data` unless both lists have the same length, 1 or more */
export function checkPair(where: string, actual: ArrayLike<unknown>, predicted: ArrayLike<unknown>): void {
  if (actual.length === 0 || actual.length !== predicted.length)
    throw new AsktellError(
      'invalid-data',
      `${where}: there are ${actual.length} labels and ${predicted.length} predictions. Pass one prediction per label, at least one.`,
    );
}
