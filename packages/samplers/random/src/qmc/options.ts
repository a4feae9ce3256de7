import { AsktellError, check, checkValue, show } from '@asktell/core';

/** Options of `QmcSampler`; all of them are saved with the study. */
export interface QmcOptions {
  /**
   * `sobol` (default): best from 2^m trials on, up to 1,111 parameters. `halton`: any number of parameters and of trials; a good choice for few
   * parameters and odd numbers of trials.
   */
  readonly sequence?: 'sobol' | 'halton';
  /**
   * Whether the points are moved at random without losing their evenness (default true): each is uniform in the space, seeds give different
   * points, and the first is not the corner of all lower bounds. `false` gives the plain sequence, the same for every seed.
   */
  readonly scramble?: boolean;
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. Decides the scrambling. */
  readonly seed?: number;
}

/** Options after the check, defaults filled in. */
export interface CheckedQmcOptions {
  readonly sequence: 'sobol' | 'halton';
  readonly scramble: boolean;
  readonly seed: number | undefined;
}

const known = ['sequence', 'scramble', 'seed'];

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `QmcSampler: ${message}`);
}

/** @throws AsktellError `invalid-argument` */
export function checkQmcOptions(options: QmcOptions): CheckedQmcOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw bad(`options must be an object such as { sequence: 'halton' }, not ${show(options)}.`);
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw bad(`there is no option ${show(key)}; it has ${known.join(', ')}.`);
  const { sequence = 'sobol', scramble = true, seed } = options;
  if (sequence !== 'sobol' && sequence !== 'halton')
    throw bad(`sequence must be 'sobol' or 'halton', not ${show(sequence)}.`);
  if (typeof scramble !== 'boolean') throw bad(`scramble must be true or false, not ${show(scramble)}.`);
  if (seed !== undefined) checkValue('QmcSampler: seed', seed, check.seed);
  return { sequence, scramble, seed };
}
