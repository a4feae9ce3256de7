import { AsktellError, check, checkValue, show } from '@asktell/core';

/** Options of `QmcSampler`. All of them are saved with the study. */
export interface QmcOptions {
  /**
   * `sobol` (default) is most even at 2^m trials and supports up to 1,111 parameters. `halton` supports any number of
   * parameters. It suits few parameters and numbers of trials that are not a power of two.
   */
  readonly sequence?: 'sobol' | 'halton';
  /**
   * Randomizes the points and keeps them evenly spread. Default `true`: each point is uniform in the space, and each seed
   * gives different points. `false` gives the plain sequence. It is the same for every seed and starts at the corner of all
   * lower bounds.
   */
  readonly scramble?: boolean;
  /** Seed of the scrambling: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** Validated options with defaults. */
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
    if (!known.includes(key)) throw bad(`there is no option ${show(key)}. The options are ${known.join(', ')}.`);
  const { sequence = 'sobol', scramble = true, seed } = options;
  if (sequence !== 'sobol' && sequence !== 'halton')
    throw bad(`sequence must be 'sobol' or 'halton', not ${show(sequence)}.`);
  if (typeof scramble !== 'boolean') throw bad(`scramble must be true or false, not ${show(scramble)}.`);
  if (seed !== undefined) checkValue('QmcSampler: seed', seed, check.seed);
  return { sequence, scramble, seed };
}
