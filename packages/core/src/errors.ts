/**
 * Stable, machine-readable reasons of an {@link AsktellError}. New codes may be added. Existing codes are not renamed.
 * `npm run docs` writes these comments to docs/guides/errors.md.
 */
export type ErrorCode =
  // # Arguments and values
  // An option or argument is unknown, of the wrong kind or out of range. The message says what is accepted.
  | 'invalid-argument'
  // A value is of the wrong type or out of range. A trial that is told such a value keeps running. If an objective returns
  // it, its trial fails with this code and `optimize` ends.
  | 'invalid-value'
  // The sampler, pruner or storage cannot do this. The message says what can.
  | 'unsupported'
  // An optional package is not installed. The message names the command that installs it.
  | 'missing-dependency'
  // # Spaces
  // A range or a list of choices is invalid: its bounds, `step`, `log` or choices.
  | 'invalid-distribution'
  // A search space cannot be compiled: an unknown kind of field, or a reserved or clashing name.
  | 'invalid-space'
  // A constraint expression does not parse, or names an unknown parameter. `position` is the index of the character.
  | 'invalid-expression'
  // A parameter has another kind, scale or choices than before, or a second range in one trial. Use another name.
  | 'space-conflict'
  // No point that `where` allows was found. Loosen the conditions, or choose ranges in which they hold more often.
  | 'unsatisfiable-space'
  // # Loops
  // The sampler has nothing left to propose: every point has been tried or is being tried. Only `ask` throws it.
  // `optimize`, `take` and `askBatch` end.
  | 'exhausted'
  // `maxConsecutiveFailures` trials have failed in a row. The message has the last error.
  | 'too-many-failures'
  // # Studies and trials
  // A study of this name exists. Pass `loadIfExists: true`, or choose another name.
  | 'study-exists'
  // The storage has no study of this name. `listStudies` lists the names.
  | 'study-not-found'
  // The stored study has other directions, or a copy has other trial numbers.
  | 'study-mismatch'
  // The study was deleted, and perhaps created again, while it was open. Load it again.
  | 'study-gone'
  // The study has no trial of this number.
  | 'trial-not-found'
  // The trial has ended and can no longer change. `tell` takes `skipIfFinished` for late results.
  | 'trial-finished'
  // The trial is enqueued. An `ask` must take it before it can be told.
  | 'trial-waiting'
  // No known class restores the saved sampler. Pass its class in `samplers`, or another sampler in `sampler`.
  | 'unknown-sampler'
  // No known class restores the saved pruner. Pass its class in `pruners`, or another pruner in `pruner`.
  | 'unknown-pruner'
  // # Models and data
  // Rows of a data set cannot be used: their lengths differ, they contain NaN, or there is a single class.
  | 'invalid-data'
  // A fold is empty, a group is in two folds, or a training fold contains a future row.
  | 'invalid-folds'
  // A model threw an error (`cause`), its predictions cannot be scored, or no candidate of a search has a score.
  | 'fit-failed'
  // A fit took longer than `fitTimeout`.
  | 'fit-timeout'
  // # Storages
  // The path or URL of a storage cannot be used.
  | 'storage-url'
  // The file cannot be opened: its folder is missing, it is a folder, or permission is denied.
  | 'storage-open'
  // The file is not a database of Optuna or Asktell. It was not changed.
  | 'storage-foreign'
  // The database has the schema of another version. The message says how to upgrade it.
  | 'storage-version'
  // The file cannot be written, or cannot be read without writing into its folder. Check the permissions of both.
  | 'storage-readonly'
  // The database is damaged, or a row cannot be read.
  | 'storage-corrupt'
  // The disk is full. Free some space and continue. No stored result is lost.
  | 'storage-full'
  // Another program holds the lock of the database. Look for one that keeps a transaction open.
  | 'storage-busy'
  // The storage was closed. Open the study again.
  | 'storage-closed'
  // Any other failure of the storage. `cause` is the error of its driver.
  | 'storage-error';

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
