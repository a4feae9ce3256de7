import { AsktellError, type Sampler, type Scalar, show } from '@asktell/core';

/** Options of `PartialFixedSampler`. They are saved with the study, the base sampler as its name and options. */
export interface PartialFixedOptions {
  /** Values by flat parameter name, such as `lr` or `model.svm.c`. The value of a `oneOf` is its tag. */
  readonly fixed: { readonly [name: string]: Scalar };
  /** Proposes all other parameters. */
  readonly base: Sampler;
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `PartialFixedSampler: ${message}`);
}

/** @throws AsktellError `invalid-argument` */
export function checkPartialFixed(options: PartialFixedOptions): {
  readonly base: Sampler;
  readonly fixed: ReadonlyMap<string, Scalar>;
} {
  const example = '{ fixed: { lr: 0.1 }, base: new RandomSampler() }';
  if (!isObject(options)) throw bad(`options must be an object such as ${example}, not ${show(options)}.`);
  for (const key of Object.keys(options))
    if (key !== 'fixed' && key !== 'base') throw bad(`there is no option ${show(key)}. The options are fixed, base.`);
  const { fixed: given, base } = options as { readonly fixed?: unknown; readonly base?: unknown };
  if (!isObject(given)) throw bad(`fixed must be an object such as { lr: 0.1 }, not ${show(given)}.`);
  if (!isSampler(base)) throw bad(`base must be a sampler, as in ${example}, not ${show(base)}.`);
  const fixed = new Map<string, Scalar>();
  for (const [name, value] of Object.entries(given)) {
    const type = typeof value;
    if (value !== null && type !== 'boolean' && type !== 'number' && type !== 'string')
      throw bad(`the fixed value of ${show(name)} must be null, a boolean, a number or a string, not ${show(value)}.`);
    fixed.set(name, (value === 0 ? 0 : value) as Scalar); // Storages turn -0 into 0.
  }
  return { base, fixed };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSampler(value: unknown): value is Sampler {
  if (!isObject(value)) return false;
  const { name, config, supports, propose, sampleOne } = value as Partial<Sampler>;
  const samples = typeof propose === 'function' || typeof sampleOne === 'function';
  return typeof name === 'string' && isObject(config) && isObject(supports) && samples;
}
