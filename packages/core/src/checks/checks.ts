import { AsktellError, show } from '../errors.ts';
import { nameProblem } from './names.ts';
import { nearest } from './nearest.ts';

/** Checks an option. Returns `null`, or a problem that continues its name, such as `must be a string, not 1`. */
export type Check = (value: unknown) => string | null;

/** One check for every option of an interface. Omitted options are not checked. */
export type Checks<Options> = { readonly [K in keyof Required<Options>]: Check };

/** A check with the problem `must be <be>, not <value>`. */
export function must(be: string, accepts: (value: unknown) => boolean): Check {
  return (value) => (accepts(value) ? null : `must be ${be}, not ${show(value)}`);
}

/** A check for one of these strings. */
export function oneOfWords(...words: readonly string[]): Check {
  return must(listed(words.map((word) => `'${word}'`)), (value) => words.includes(value as string));
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

export const isFunction = (value: unknown): boolean => typeof value === 'function';

export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

/** Checks that more than one interface uses. */
export const check: {
  /** Accepts every value: the option is checked elsewhere, or cannot be wrong. */
  readonly anything: Check;
  readonly boolean: Check;
  /** A count such as `trials` or `concurrency`. */
  readonly count: (least: number) => Check;
  /** A duration in milliseconds. */
  readonly duration: Check;
  readonly seed: Check;
  /** A name that a database can store. */
  readonly name: Check;
  readonly string: Check;
  readonly object: Check;
} = {
  anything: () => null,
  boolean: must('true or false', (value) => typeof value === 'boolean'),
  count: (least) => must(`a whole number, ${least} or more`, (value) => isWhole(value, least)),
  duration: must('a number of milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0),
  seed: must('a whole number from 0 to 2^53 - 1', (value) => isWhole(value, 0)),
  name: (value) => {
    const problem = nameProblem(value);
    return problem === null ? null : `${problem}, not ${show(value)}`;
  },
  string: must('a string', (value) => typeof value === 'string'),
  object: must('an object', isObject),
};

/** A check for an object with these fields. Omitted fields are not checked. */
export function objectWith(checks: { readonly [name: string]: Check }): Check {
  return (value) => {
    if (!isObject(value)) return `must be an object with ${listed(Object.keys(checks))}, not ${show(value)}`;
    for (const name of Object.keys(value)) {
      const accepts = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (accepts === undefined) return `must not have ${show(name)}. Its fields are ${Object.keys(checks).join(', ')}`;
      const problem = value[name] === undefined ? null : accepts(value[name]);
      if (problem !== null) return `must have a valid ${name}, which ${problem}`;
    }
    return null;
  };
}

/**
 * Checks options against a table. An unknown option is an error, so that a misspelling is not ignored silently.
 * @throws AsktellError `invalid-argument`
 */
export function checkOptions(where: string, options: unknown, checks: { readonly [name: string]: Check }): void {
  if (!isObject(options)) throw argument(`${where}: options must be an object, not ${show(options)}.`);
  for (const name of Object.keys(options)) {
    const accepts = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (accepts === undefined)
      throw argument(
        `${where}: there is no option ${show(name)}.${didYouMean(name, Object.keys(checks))} The options are ${Object.keys(checks).join(', ') || 'none'}.`,
      );
    const problem = options[name] === undefined ? null : accepts(options[name]);
    if (problem !== null) throw argument(`${where}: ${name} ${problem}.`);
  }
}

/**
 * Checks one value. `what` starts the message.
 * @throws AsktellError `invalid-argument`
 */
export function checkValue(what: string, value: unknown, accepts: Check): void {
  const problem = accepts(value);
  if (problem !== null) throw argument(`${what} ${problem}.`);
}

/** A question for a misspelled name, with a space before it; empty if no name is similar. */
export function didYouMean(name: string, names: readonly string[]): string {
  const meant = nearest(name, names);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

function argument(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}
