import { AsktellError, show } from '../errors.ts';
import type { Outcome, TellOptions } from './outcome.ts';

function bad(message: string): AsktellError {
  return new AsktellError('invalid-value', message);
}

/**
 * Reads what was told as values of this study.
 * @throws AsktellError `invalid-value` for a missing value, a non-number, a wrong number of values
 */
export function requireValues(value: unknown, objectives: number): readonly number[] {
  if (value === undefined || value === null) {
    throw bad(
      `No value was told; give ${objectives === 1 ? 'a number' : `${objectives} numbers`}, or a state such as { state: 'fail' }.`,
    );
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const item of values)
    if (typeof item !== 'number') throw bad(`The value ${show(item)} is no number; tell numbers only.`);
  if (values.length !== objectives)
    throw bad(
      `${values.length} value(s) were told (${show(value)}), and this study has ${objectives} objective(s); tell one number for each.`,
    );
  return (values as readonly number[]).map((item) => item + 0);
}

/**
 * Why `decideOutcome` has found no outcome.
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
export function refuseOutcome(value: unknown, { state }: TellOptions, objectives: number): never {
  if (state === undefined || state === 'complete') {
    requireValues(value, objectives);
    throw bad(
      `NaN cannot be the value of a complete trial (${show(value)}); leave the state out, and the trial is kept as failed.`,
    );
  }
  if (state !== 'pruned' && state !== 'fail')
    throw new AsktellError(
      'invalid-argument',
      `A trial ends as 'complete', 'pruned' or 'fail', not as ${show(state)}.`,
    );
  throw bad(`A trial that ends as '${state}' takes no value, but ${show(value)} was told; leave one of them out.`);
}

/** How a trial ends whose objective has returned something else than its values. */
export function outcomeOfBadValue(value: unknown, objectives: number): Outcome {
  try {
    return refuseOutcome(value, {}, objectives);
  } catch (error) {
    const message = `The objective returned ${show(value)}. ${(error as Error).message}`;
    return { state: 'fail', values: null, failure: { code: 'invalid-value', message } };
  }
}
