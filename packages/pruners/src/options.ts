import { AsktellError, show } from '@asktell/core';

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}

/**
 * Checks that a pruner's options are an object with known keys only.
 * @throws AsktellError `invalid-argument`
 */
export function checkOptions(pruner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw bad(`${pruner}: options must be an object such as { ${known[0]}: … }, not ${show(options)}.`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw bad(`${pruner}: there is no option ${show(key)}; it has ${known.join(', ')}.`);
  }
}

/**
 * An option that counts trials or steps.
 * @throws AsktellError `invalid-argument` unless it is a whole number, `least` or more
 */
export function checkCount(pruner: string, name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value + 0;
  throw bad(`${pruner}: ${name} must be a whole number, ${least} or more, not ${show(value)}.`);
}

/**
 * An option that is a real number within bounds, both included.
 * @throws AsktellError `invalid-argument`
 */
export function checkRange(pruner: string, name: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value + 0;
  throw bad(`${pruner}: ${name} must be a number from ${low} to ${high}, not ${show(value)}.`);
}
