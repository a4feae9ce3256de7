import { AsktellError, check, checkOptions, checkValue, must, type Sampler, show } from '@asktell/core';

/** Options of `HypergradientSampler`. They are saved with the study, the base sampler as its name and options. */
export interface HypergradientOptions {
  /**
   * Proposes everything that no gradient determines: ints, choices, parameters without a derivative, and all parameters
   * of trials that do not follow a gradient. It must not be exclusive, as grids and sequences are, or fix parameters.
   */
  readonly base: Sampler;
  /** Number of trials on a space-filling sequence before the first chain starts, at least 1. Default: 4. */
  readonly starts?: number;
  /**
   * The largest change of a parameter in the first step of a chain, as a fraction of its range (of the logarithm if the
   * range has `log`). More than 0, at most 1. The length of later steps adapts. Default: 0.2.
   */
  readonly firstStep?: number;
  /** Seed of the sampler: a whole number from 0 to 2^53 - 1. Default: the seed of the base, else the study's. */
  readonly seed?: number;
}

/** Options with defaults. */
export interface CheckedOptions {
  readonly base: Sampler;
  readonly starts: number;
  readonly firstStep: number;
  readonly seed: number | undefined;
}

const sampler = 'HypergradientSampler';
const fraction = must(
  'a number greater than 0 and at most 1',
  (value) => typeof value === 'number' && value > 0 && value <= 1,
);

/** @throws AsktellError `invalid-argument` */
export function checkHypergradientOptions(options: HypergradientOptions): CheckedOptions {
  checkOptions(sampler, options, {
    base: check.anything,
    starts: check.count(1),
    firstStep: fraction,
    seed: check.seed,
  });
  const { base, starts = 4, firstStep = 0.2, seed } = options;
  checkBase(base);
  return { base, starts, firstStep, seed: seed ?? base.seed };
}

function checkBase(base: unknown): void {
  checkValue(`${sampler}: base`, base, must('a sampler, such as new RandomSampler()', isSampler));
  const { name, supports } = base as Sampler;
  if (name === 'partial-fixed')
    throw new AsktellError(
      'invalid-argument',
      `${sampler}: base must not fix parameters. Wrap it the other way: new PartialFixedSampler({ fixed, base: new ${sampler}(…) }).`,
    );
  if (supports.exclusive !== undefined && supports.exclusive !== false)
    throw new AsktellError(
      'invalid-argument',
      `${sampler}: base must not be exclusive, as ${show(name)} is. Choose a sampler such as TPE or random.`,
    );
}

function isSampler(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, config, supports, propose, sampleOne } = value as Partial<Sampler>;
  const samples = typeof propose === 'function' || typeof sampleOne === 'function';
  return typeof name === 'string' && typeof config === 'object' && typeof supports === 'object' && samples;
}
