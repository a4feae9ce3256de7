import { AsktellError, show } from '../errors.ts';
import type { CategoricalDist, Distribution, FloatDist, IntDist, Scalar } from './distribution.ts';

export interface FloatOptions {
  /** Sample on a logarithmic scale; needs `low > 0` and no step. */
  readonly log?: boolean;
  /** Distance of the grid points. `high` is lowered to the last of them. */
  readonly step?: number;
}

export interface IntOptions {
  /** Sample on a logarithmic scale; needs `low >= 1` and step 1. */
  readonly log?: boolean;
  /** Distance of the grid points, 1 by default. `high` is lowered to the last of them. */
  readonly step?: number;
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-distribution', message);
}

function checkOptions(kind: string, options: unknown): { log: boolean; step: unknown } {
  if (options === undefined) return { log: false, step: undefined };
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw bad(`${kind}: options must be an object such as { log: true }, not ${show(options)}.`);
  }
  for (const key of Object.keys(options)) {
    if (key !== 'log' && key !== 'step') throw bad(`${kind}: there is no option ${show(key)}; use log or step.`);
  }
  const { log = false, step } = options as { log?: unknown; step?: unknown };
  if (typeof log !== 'boolean') throw bad(`${kind}: log must be true or false, not ${show(log)}.`);
  return { log, step };
}

function checkOrder(kind: string, low: number, high: number): void {
  if (low > high) throw bad(`${kind}: low ${show(low)} lies above high ${show(high)}; swap the bounds.`);
}

/**
 * Real numbers from `low` to `high`, both included.
 * @throws AsktellError `invalid-distribution`
 * @example float(1e-5, 1e-1, { log: true })
 */
export function float(low: number, high: number, options?: FloatOptions): FloatDist {
  const { log, step } = checkOptions('float', options);
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      throw bad(`float: ${name} must be a finite number, not ${show(bound)}.`);
    }
  }
  checkOrder('float', low, high);
  if (!Number.isFinite(high - low))
    throw bad(`float: the range from ${low} to ${high} is wider than a number can hold; narrow it.`);
  if (log && low <= 0) throw bad(`float: a logarithmic range needs low > 0, not ${show(low)}.`);
  if (step === undefined || step === null) return { kind: 'float', low: low + 0, high: high + 0, log, step: null };
  if (log) throw bad(`float: log and step (${show(step)}) exclude each other; drop one of them.`);
  if (typeof step !== 'number' || !Number.isFinite(step) || step <= 0) {
    throw bad(`float: step must be a finite number above 0, not ${show(step)}.`);
  }
  return { kind: 'float', low: low + 0, high: lastGridPoint(low + 0, high + 0, step), log, step };
}

/**
 * Whole numbers from `low` to `high`, both included.
 * @throws AsktellError `invalid-distribution`
 * @example int(1, 1024, { log: true })
 */
export function int(low: number, high: number, options?: IntOptions): IntDist {
  const { log, step: given } = checkOptions('int', options);
  const step = given ?? 1;
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (!Number.isSafeInteger(bound)) {
      throw bad(`int: ${name} must be a whole number between -(2^53 - 1) and 2^53 - 1, not ${show(bound)}.`);
    }
  }
  checkOrder('int', low, high);
  if (!Number.isSafeInteger(high - low))
    throw bad(`int: the range from ${low} to ${high} holds more than 2^53 numbers; narrow it.`);
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step <= 0) {
    throw bad(`int: step must be a whole number above 0, not ${show(step)}.`);
  }
  if (log && low < 1) throw bad(`int: a logarithmic range needs low >= 1, not ${show(low)}.`);
  if (log && step !== 1) throw bad(`int: log and step ${show(step)} exclude each other; drop one of them.`);
  return { kind: 'int', low: low + 0, high: high - ((high - low) % step) + 0, log, step };
}

/**
 * One of the given values: null, booleans, numbers and strings, all kept apart (`1`, `'1'` and `true` are three choices).
 * @throws AsktellError `invalid-distribution`
 * @example categorical(['relu', 'tanh', null])
 */
export function categorical<const C extends readonly Scalar[]>(choices: C): CategoricalDist<C[number]> {
  if (!Array.isArray(choices)) throw bad(`categorical: choices must be an array, not ${show(choices)}.`);
  if (choices.length === 0) throw bad('categorical: choices is empty; give one value at least.');
  const seen = new Set<unknown>();
  for (const choice of choices as readonly unknown[]) {
    const type = typeof choice;
    if (choice !== null && type !== 'boolean' && type !== 'number' && type !== 'string') {
      throw bad(
        `categorical: ${show(choice)} is no null, boolean, number or string; use a name for it and look it up.`,
      );
    }
    if (seen.has(choice)) throw bad(`categorical: choice ${show(choice)} stands there twice; choices must differ.`);
    seen.add(choice);
  }
  return {
    kind: 'categorical',
    choices: (choices as readonly C[number][]).map((choice) => (choice === 0 ? 0 : choice) as C[number]),
  };
}

/**
 * The highest `low + k * step` that is not above `high`, in decimal arithmetic on the printed numbers, as Optuna does it:
 * 0.1-steps end where a person expects.
 */
export function lastGridPoint(low: number, high: number, step: number): number {
  const digits = Math.max(decimals(low), decimals(high), decimals(step));
  const first = scaled(low, digits);
  const by = scaled(step, digits);
  const width = scaled(high, digits) - first;
  const last = first + width - (width % by);
  const toNumber = (n: bigint): number => Number(`${n}e-${digits}`) + 0;
  // Of steps with more digits than a number holds, the last point itself is a little off the grid: once more must not lower it.
  return width % by === 0n || toNumber(last + by) === high ? high : toNumber(last);
}

/** `value * 10^digits`, exactly. */
function scaled(value: number, digits: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(digits + Number(exponent) - fraction.length);
}

/** Removes binary dust from a grid point: 0.1 + 2 * 0.1 becomes 0.3, as many decimals as low and step have. */
export function roundToStep(value: number, low: number, step: number): number {
  const digits = Math.max(decimals(low), decimals(step));
  return digits <= 15 ? Number(value.toFixed(digits)) + 0 : value;
}

function decimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const point = mantissa.indexOf('.');
  return Math.max(0, (point < 0 ? 0 : mantissa.length - point - 1) - Number(exponent));
}

/** Checks plain data that claims to be a distribution and returns it in normal form. */
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
    if (dist.kind === 'float') return float(dist.low as number, dist.high as number, options);
    if (dist.kind === 'int') return int(dist.low as number, dist.high as number, options);
    if (dist.kind === 'categorical') return categorical(dist.choices as readonly Scalar[]);
  }
  throw bad(`${show(value)} is no distribution; make one with float(), int() or categorical().`);
}
