/**
 * Stable, machine-readable reasons of an {@link AsktellError}. New codes may be added. Existing codes are not renamed.
 */
export type ErrorCode =
  | 'invalid-argument' // an option or argument is of the wrong kind or out of range
  | 'invalid-distribution' // invalid bounds, step, log or choices
  | 'invalid-space' // a search space that cannot be compiled: unknown field kind, reserved or clashing name
  | 'invalid-expression' // a constraint expression that does not parse or names an unknown parameter
  | 'invalid-value' // a told, reported, enqueued or imported value of the wrong type or out of range
  | 'space-conflict' // a name suggested again as another kind, with other choices, or with a second range
  | 'unsatisfiable-space' // no point allowed by `where` was found
  | 'exhausted' // the sampler has nothing left to propose
  | 'too-many-failures' // `maxConsecutiveFailures` trials have failed in a row
  | 'unsupported' // something that the sampler, pruner or storage cannot do
  | 'study-exists'
  | 'study-not-found'
  | 'study-mismatch' // the stored study has other directions, or a copy has other trial numbers
  | 'study-gone' // the study was deleted (and perhaps created again) while it was open
  | 'trial-not-found'
  | 'trial-finished'
  | 'trial-waiting'
  | 'unknown-sampler' // a saved sampler that no known class restores
  | 'unknown-pruner'
  | 'invalid-data' // rows of a data set that cannot be used: lengths that differ, NaN, a single class
  | 'invalid-folds' // empty folds, a group in two folds, a future row in a training fold
  | 'fit-failed' // an estimator threw, or returned predictions that cannot be scored
  | 'fit-timeout' // a fit that did not end within its time limit
  | 'missing-dependency' // an optional package that has to be installed
  | 'storage-url'
  | 'storage-open' // missing folder, a directory, no permission
  | 'storage-foreign' // a file that is not a database of Optuna or Asktell
  | 'storage-version' // another schema version
  | 'storage-readonly'
  | 'storage-corrupt'
  | 'storage-full'
  | 'storage-busy'
  | 'storage-closed'
  | 'storage-error'; // any other failure of the driver; see `cause`

const brand = Symbol.for('asktell.error');
const prunedBrand = Symbol.for('asktell.pruned');

/** Every error that Asktell throws on purpose. The message states the problem, the offending value and the cure. */
export class AsktellError extends Error {
  readonly code: ErrorCode;
  /** Zero-based index of the offending character in a constraint expression. `undefined` for other errors. */
  declare readonly position: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly position?: number } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AsktellError';
    this.code = code;
    // Without it, `console.log` prints no such property.
    if (options.position !== undefined) this.position = options.position;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `error` is an {@link AsktellError}, of this code if given, also of another copy of this package. */
export function isAsktellError(error: unknown, code?: ErrorCode): error is AsktellError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || (error as { readonly code?: unknown }).code === code;
}

/** Throw it from an objective to end the trial as `pruned`, with the value of the largest reported step. */
export class TrialPruned extends Error {
  constructor(message = 'The trial was pruned.') {
    super(message);
    this.name = 'TrialPruned';
    Object.defineProperty(this, prunedBrand, { value: true });
  }
}

/** Whether `error` is a {@link TrialPruned}. Recognizes those of other copies of this package. */
export function isTrialPruned(error: unknown): error is TrialPruned {
  return typeof error === 'object' && error !== null && prunedBrand in error;
}

/** Replaces the password of every URL in a text: the part before the last `@`, and parameters such as `password=`. */
function withoutPasswords(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/{2,}[^\s:@/"]*):[^\s"]*@/gi, '$1:***@')
    .replace(/([?&;](?:password|passwd|pwd|pass|token|secret)=)[^&;\s"]*/gi, '$1***');
}

/** Marks the numbers that JSON does not have. */
function marked(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? `\u0001${value}` : value;
}

/**
 * Formats any value for a message: at most 80 characters on one line, strings quoted, without the passwords of URLs.
 * Never throws.
 */
export function show(value: unknown): string {
  let text: string | undefined;
  if (typeof value === 'string') text = JSON.stringify(value);
  else if (typeof value === 'bigint') text = `${value}n`;
  else if (typeof value === 'function') text = `function ${value.name || '(anonymous)'}`;
  else if (Object.is(value, -0)) text = '-0';
  else if (typeof value === 'object' && value !== null) {
    try {
      text = JSON.stringify(value, marked)?.replace(/"\\u0001([^"]*)"/g, '$1');
    } catch {
      text = undefined; // circular, or contains a bigint
    }
  }
  if (text === undefined) {
    try {
      text = String(value);
    } catch {
      text = typeof value; // a toString that throws, or none at all
    }
  }
  if (text.includes('://')) text = withoutPasswords(text);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
