import { checkBudget, checkCount, checkDuration, checkOptions } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';

const optionNames = ['trials', 'timeout', 'concurrency', 'signal', 'catch', 'callbacks', 'progress', 'until'];

function bad(what: string, value: unknown): AsktellError {
  return new AsktellError('invalid-argument', `optimize: ${what}, not ${show(value)}.`);
}

const isFunction = (value: unknown): boolean => typeof value === 'function';

/**
 * What can be wrong with the arguments of `optimize`.
 * @throws AsktellError `invalid-argument`
 */
export function checkRun(objective: unknown, options: unknown): void {
  checkOptions('optimize', options ?? null, optionNames);
  if (!isFunction(objective)) throw bad('the objective must be a function', objective);
  const given = options as { readonly [name: string]: unknown };
  checkBudget(given['trials']);
  checkCount('concurrency', given['concurrency'] ?? 1, 1);
  if (given['timeout'] !== undefined) checkDuration('timeout', given['timeout']);
  const { catch: caught, callbacks, until, signal, progress } = given;
  if (caught !== undefined && typeof caught !== 'boolean' && !isFunction(caught)) {
    if (!Array.isArray(caught) || !caught.every(isFunction))
      throw bad('catch is true, false, a list of error classes or a function', caught);
  }
  if (callbacks !== undefined && !(Array.isArray(callbacks) && callbacks.every(isFunction)))
    throw bad('callbacks is a list of functions', callbacks);
  if (until !== undefined && !isFunction(until))
    throw bad('until is a stop condition such as noImprovement(50)', until);
  if (signal !== undefined && !isFunction((signal as { readonly addEventListener?: unknown } | null)?.addEventListener))
    throw bad('signal is an AbortSignal', signal);
  if (progress !== undefined && ![true, false, 'line', 'trials'].includes(progress as boolean))
    throw bad("progress is true, false, 'line' or 'trials'", progress);
}
