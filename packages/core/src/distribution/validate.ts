import { AsktellError, show } from '../errors.ts';
import type { CategoricalDist, Distribution, FloatDist, IntDist, Scalar } from './distribution.ts';

export interface FloatOptions {
  /** Sample on a logarithmic scale. Requires `low > 0` and no step. Default `false`. */
  readonly log?: boolean;
  /** Distance between grid points. `high` is lowered to the last grid point. Default: a continuous range. */
  readonly step?: number;
}

export interface IntOptions {
  /** Sample on a logarithmic scale. Requires `low >= 1` and step 1. Default `false`. */
  readonly log?: boolean;
  /** Distance between grid points. `high` is lowered to the last grid point. Default 1. */
  readonly step?: number;
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-distribution', message);
}

/** The check and the parts of error messages that differ between float and int ranges. */
interface RangeKind {
  readonly kind: 'float' | 'int';
  readonly includes: (value: unknown) => boolean;
  readonly bound: string;
  readonly step: string;
  readonly tooWide: string;
  readonly logLow: string;
}

const reals: RangeKind = {
  kind: 'float',
  includes: Number.isFinite,
  bound: 'a finite number',
  step: 'a finite number',
  tooWide: 'is wider than the largest finite number',
  logLow: '> 0',
};

const integers: RangeKind = {
  kind: 'int',
  includes: Number.isSafeInteger,
  bound: 'a whole number between -(2^53 - 1) and 2^53 - 1',
  step: 'a whole number',
  tooWide: 'has more than 2^53 numbers',
  logLow: '>= 1',
};

/** Checks the arguments of a range. Returns its options, with a step of `null` when none is given. */
function checkRange(
  { kind, includes, bound, step: unit, tooWide, logLow }: RangeKind,
  low: number,
  high: number,
  options: unknown = {},
): { readonly log: boolean; readonly step: number | null } {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw bad(`${kind}: options must be an object such as { log: true }, not ${show(options)}.`);
  for (const key of Object.keys(options))
    if (key !== 'log' && key !== 'step')
      throw bad(`${kind}: there is no option ${show(key)}. The options are log and step.`);
  const { log = false, step: given } = options as { readonly log?: unknown; readonly step?: unknown };
  const step = given ?? null;
  if (typeof log !== 'boolean') throw bad(`${kind}: log must be true or false, not ${show(log)}.`);
  for (const [name, value] of Object.entries({ low, high }))
    if (!includes(value)) throw bad(`${kind}: ${name} must be ${bound}, not ${show(value)}.`);
  if (low > high) throw bad(`${kind}: low ${show(low)} is above high ${show(high)}. Swap the bounds.`);
  if (!includes(high - low)) throw bad(`${kind}: the range from ${low} to ${high} ${tooWide}. Narrow it.`);
  if (step !== null && !(includes(step) && (step as number) > 0))
    throw bad(`${kind}: step must be ${unit} above 0, not ${show(step)}.`);
  if (step !== null && !Number.isFinite((high - low) / (step as number)))
    throw bad(
      `${kind}: the step ${show(step)} is too small: the number of steps from ${low} to ${high} is larger than any number. Use a larger step, or none.`,
    );
  if (log && low <= 0) throw bad(`${kind}: a logarithmic range must have low ${logLow}, not ${show(low)}.`);
  if (log && step !== null && !(kind === 'int' && step === 1))
    throw bad(`${kind}: log and step (${show(step)}) cannot be combined. Drop one of them.`);
  return { log, step: step as number | null };
}

/**
 * Real numbers from `low` to `high`, both included.
 * @throws AsktellError `invalid-distribution`
 * @example float(1e-5, 1e-1, { log: true })
 */
export function float(low: number, high: number, options?: FloatOptions): FloatDist {
  const { log, step } = checkRange(reals, low, high, options);
  const last = step === null ? high : lastGridPoint(low + 0, high + 0, step);
  return { kind: 'float', low: low + 0, high: last + 0, log, step };
}

/**
 * Whole numbers from `low` to `high`, both included.
 * @throws AsktellError `invalid-distribution`
 * @example int(1, 1024, { log: true })
 */
export function int(low: number, high: number, options?: IntOptions): IntDist {
  const { log, step } = checkRange(integers, low, high, options);
  const by = step ?? 1;
  return { kind: 'int', low: low + 0, high: high - ((high - low) % by) + 0, log, step: by };
}

/**
 * One of the given values: null, booleans, numbers and strings. `1`, `'1'` and `true` are three different choices.
 * @throws AsktellError `invalid-distribution`
 * @example categorical(['relu', 'tanh', null])
 */
export function categorical<const C extends readonly Scalar[]>(choices: C): CategoricalDist<C[number]> {
  if (!Array.isArray(choices)) throw bad(`categorical: choices must be an array, not ${show(choices)}.`);
  if (choices.length === 0) throw bad('categorical: choices must not be empty. Give at least one value.');
  const seen = new Set<unknown>();
  for (const choice of choices as readonly unknown[]) {
    const type = typeof choice;
    if (choice !== null && type !== 'boolean' && type !== 'number' && type !== 'string') {
      throw bad(
        `categorical: a choice must be null, a boolean, a number or a string, not ${show(choice)}. Use a name and look the value up.`,
      );
    }
    if (seen.has(choice))
      throw bad(`categorical: choices must differ, but ${show(choice)} occurs twice. Remove one of them.`);
    seen.add(choice);
  }
  return {
    kind: 'categorical',
    choices: (choices as readonly C[number][]).map((choice) => (choice === 0 ? 0 : choice) as C[number]),
  };
}

/**
 * The largest `low + k * step` that is not above `high`, in decimal arithmetic on the printed numbers, as in Optuna. It
 * avoids binary rounding errors of steps such as 0.1.
 */
export function lastGridPoint(low: number, high: number, step: number): number {
  const digits = Math.max(decimals(low), decimals(high), decimals(step));
  const first = scaled(low, digits);
  const by = scaled(step, digits);
  const width = scaled(high, digits) - first;
  const last = first + width - (width % by);
  const toNumber = (n: bigint): number => Number(`${n}e-${digits}`) + 0;
  // With a step that floats cannot represent exactly, the last point is slightly off the grid. Normalizing again must keep it.
  return width % by === 0n || toNumber(last + by) === high ? high : toNumber(last);
}

/** `value * 10^digits`, exactly. */
function scaled(value: number, digits: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(digits + Number(exponent) - fraction.length);
}

/** Rounds a grid point to the decimals of `low` and `step`: 0.1 + 2 * 0.1 becomes 0.3. */
export function roundToStep(value: number, low: number, step: number): number {
  const digits = Math.max(decimals(low), decimals(step));
  return digits <= 15 ? Number(value.toFixed(digits)) + 0 : value;
}

function decimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const point = mantissa.indexOf('.');
  return Math.max(0, (point < 0 ? 0 : mantissa.length - point - 1) - Number(exponent));
}

/**
 * Checks plain data and returns it as a normalized distribution.
 * @throws AsktellError `invalid-distribution`
 */
export function checkDistribution(value: unknown): Distribution {
  const dist = value as {
    kind?: unknown;
    low?: unknown;
    high?: unknown;
    log?: unknown;
    step?: unknown;
    choices?: unknown;
  };
  if (typeof value === 'object' && value !== null) {
    const options = {
      ...(dist.log === undefined ? {} : { log: dist.log as boolean }),
      ...(dist.step === undefined || dist.step === null ? {} : { step: dist.step as number }),
    };
    const known = dist.kind === 'categorical' ? ['kind', 'choices'] : ['kind', 'low', 'high', 'log', 'step'];
    if (dist.kind === 'float' || dist.kind === 'int' || dist.kind === 'categorical')
      for (const key of Object.keys(value))
        if (!known.includes(key))
          throw bad(`${dist.kind}: a distribution has no field ${show(key)}. Its fields are ${known.join(', ')}.`);
    if (dist.kind === 'float') return float(dist.low as number, dist.high as number, options);
    if (dist.kind === 'int') return int(dist.low as number, dist.high as number, options);
    if (dist.kind === 'categorical') return categorical(dist.choices as readonly Scalar[]);
  }
  throw bad(`The value must be a distribution made with float(), int() or categorical(), not ${show(value)}.`);
}
