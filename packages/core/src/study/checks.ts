import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import { maxNameLength } from '../space/compile.ts';

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
  checkKey('setConstraint', name);
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new AsktellError(
      'invalid-value',
      `setConstraint(${show(name)}): the value must be a number (feasible when <= 0), not ${show(value)}.`,
    );
  }
}

export function checkKey(where: string, key: unknown): void {
  if (typeof key !== 'string' || key === '')
    throw argument(`${where}: a name is a non-empty string, not ${show(key)}.`);
  if (/\p{Surrogate}/u.test(key))
    throw argument(`${where}: the name ${show(key)} holds half of a surrogate pair, which no database can store.`);
  if ([...key].length > maxNameLength)
    throw argument(`${where}: the name ${show(key)} has more than ${maxNameLength} characters; shorten it.`);
}

/** Checks that JSON can hold the value and returns a copy of it that later changes do not reach. */
export function checkAttr(key: unknown, value: unknown): Json {
  checkKey('setUserAttr', key);
  return copyJson(value, `attribute ${show(key)}`, []);
}

function copyJson(value: unknown, path: string, above: readonly unknown[]): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint')
    return value;
  if (typeof value === 'number') return value + 0;
  if (above.includes(value)) throw new AsktellError('invalid-value', `${path} contains itself; JSON cannot hold that.`);
  if (Array.isArray(value)) return value.map((item, i) => copyJson(item, `${path}[${i}]`, [...above, value]));
  if (typeof value === 'object' && isPlain(value)) {
    const out: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) out[key] = copyJson(item, `${path}.${key}`, [...above, value]);
    return out;
  }
  throw new AsktellError(
    'invalid-value',
    `${path} is ${show(value)}, which JSON cannot hold; store plain objects, arrays, strings, numbers, booleans or null.`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const states = ['waiting', 'running', 'complete', 'pruned', 'fail'];

/** A list of trial states. */
export function checkStates(value: unknown): void {
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

/** Budget of trials: `100` (that many more) or `{ total: 100 }` (what the storage holds). */
export type TrialBudget = number | { readonly total: number };

export function checkBudget(trials: TrialBudget | undefined): { readonly more: number; readonly total: number | null } {
  if (trials === undefined) return { more: Number.POSITIVE_INFINITY, total: null };
  if (typeof trials === 'object' && trials !== null) {
    return {
      more: Number.POSITIVE_INFINITY,
      total: checkCount('trials.total', (trials as { total?: unknown }).total, 0),
    };
  }
  return { more: checkCount('trials', trials, 0), total: null };
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
