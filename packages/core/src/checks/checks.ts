import type { Output } from '../environment.ts';
import { AsktellError, show } from '../errors.ts';
import { checkName } from './names.ts';

function argument(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}

export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== 'number')
    throw new AsktellError('invalid-value', `report: the value must be a number, not ${show(value)}.`);
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0) {
    throw argument(`report: the step must be a whole number from 0 on, not ${show(step)}.`);
  }
}

export function checkConstraint(name: unknown, value: unknown): void {
  checkName('setConstraint', name);
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new AsktellError(
      'invalid-value',
      `setConstraint(${show(name)}): the value must be a number (feasible when <= 0), not ${show(value)}.`,
    );
  }
}

const states = ['waiting', 'running', 'complete', 'pruned', 'fail'];

/** A list of trial states. */
function checkStates(value: unknown): void {
  if (Array.isArray(value) && value.every((state) => states.includes(state as string))) return;
  throw argument(`states must be a list of ${states.map(show).join(', ')}, not ${show(value)}.`);
}

/** A count such as `trials` or `concurrency`. */
export function checkCount(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw argument(`${name} must be a whole number from ${least} on, not ${show(value)}.`);
}

/** A duration in milliseconds. */
export function checkDuration(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw argument(`${name} must be a number of milliseconds from 0 on, not ${show(value)}.`);
}

/** A budget of trials. */
export function checkBudget(trials: unknown): void {
  if (trials === undefined) return;
  if (typeof trials === 'object' && trials !== null)
    checkCount('trials.total', (trials as { total?: unknown }).total, 0);
  else checkCount('trials', trials, 0);
}

/** Refuses option names that do not exist, so that a misspelt one is not silently ignored. */
export function checkOptions(where: string, options: unknown, known: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw argument(`${where}: options must be an object, not ${show(options)}.`);
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw argument(`${where}: there is no option ${show(key)}; there are ${known.join(', ')}.`);
  }
}

/** Options of `ask`. */
export function checkAsk(options: unknown): void {
  checkOptions('ask', options, ['count', 'total', 'lease']);
  const { count = 1, total = 0 } = options as { readonly [name: string]: unknown };
  checkCount('count', count, 1);
  checkCount('total', total, 0);
}

/** Options of `take`. */
export function checkTake(options: unknown): void {
  checkOptions('take', options, ['trials']);
  checkBudget((options as { readonly trials?: unknown }).trials);
}

/** Options of `trials`. */
export function checkFilter(filter: unknown): void {
  checkOptions('trials', filter, ['states']);
  const { states } = filter as { readonly states?: unknown };
  if (states !== undefined) checkStates(states);
}

/** Options of `tell`. */
export function checkTell(options: unknown): void {
  checkOptions('tell', options, ['state', 'skipIfFinished', 'reason']);
}

/** `shouldPrune` in a study of several objectives. */
export function refusePruning(objectives: number): never {
  throw new AsktellError('unsupported', `Pruning needs one objective, and this study has ${objectives}.`);
}

/** A step reported once more. */
export function warnRepeated(output: Output, number: number, step: number, value: number): void {
  output.warn(`Trial ${number} has reported step ${step} already; the value ${show(value)} is ignored.`);
}
