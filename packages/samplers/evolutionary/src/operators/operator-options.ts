import { AsktellError, show } from '@asktell/core';
import { blxCrossover } from './blx.ts';
import { gaussianMutation } from './gaussian.ts';
import type { Crossover, CrossoverConfig, Mutation, MutationConfig, Selection, SelectionConfig } from './operator.ts';
import { polynomialMutation } from './polynomial.ts';
import { rankSelection } from './rank.ts';
import { resetMutation } from './reset.ts';
import { rouletteSelection } from './roulette.ts';
import { sbxCrossover } from './sbx.ts';
import { simplexEpsilon, spxCrossover } from './spx.ts';
import { tournamentSelection } from './tournament.ts';
import { undxCrossover } from './undx.ts';
import { uniformCrossover } from './uniform.ts';
import { vsbxCrossover } from './vsbx.ts';

/** An operator with optional settings, or its name. */
type Loose<C extends { readonly kind: string }> =
  | C['kind']
  | (C extends unknown ? Pick<C, 'kind' & keyof C> & Partial<C> : never);

/**
 * A crossover. Defaults in parentheses.
 *
 * - `'uniform'`: each gene from one of two parents.
 * - `'blx'`: uniform in the box of two parents, extended on each side by `alpha` (0.5) times its width.
 * - `'sbx'`: near one of two parents; a larger `eta` (15) gives smaller distances.
 * - `'vsbx'`: around one of two parents, on both sides; `eta` (15) as for `'sbx'`.
 * - `'spx'`: uniform in the triangle of three parents, expanded by the factor `epsilon` (2).
 * - `'undx'`: normal around the midpoint of two parents, with `sigmaXi` (0.5) along and `sigmaEta` (0.35) across their line.
 */
export type CrossoverOption = Loose<CrossoverConfig>;

/**
 * A mutation. Defaults in parentheses.
 *
 * - `'polynomial'`: mostly small moves; a larger `eta` (20) gives smaller moves.
 * - `'gaussian'`: normal steps with standard deviation `sigma` (0.1) as a fraction of the range.
 * - `'reset'`: a new uniform draw.
 *
 * `rate` (`null`) is the probability per parameter. `null` means 1 / number of active parameters.
 */
export type MutationOption = Loose<MutationConfig>;

/**
 * A selection of parents. Defaults in parentheses.
 *
 * - `'tournament'`: the best of `size` (2) random members.
 * - `'rank'`: probabilities decrease linearly with the rank; `pressure` (1.8) is from 1 (uniform) to 2.
 * - `'roulette'`: probabilities grow with the distance from the worst value.
 */
export type SelectionOption = Loose<SelectionConfig>;

interface Setting {
  /** Default value. */
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
  readonly whole?: boolean;
}

type Settings = { readonly [name: string]: Setting };

const rate: Setting = { value: null, low: 0, high: 1 };

const crossovers: { readonly [K in CrossoverConfig['kind']]: Settings } = {
  uniform: {},
  blx: { alpha: { value: 0.5, low: 0, high: 10 } },
  sbx: { eta: { value: 15, low: 0, high: 1000 } },
  vsbx: { eta: { value: 15, low: 0, high: 1000 } },
  spx: { epsilon: { value: simplexEpsilon, low: 0, high: 100 } },
  undx: { sigmaXi: { value: 0.5, low: 0, high: 10 }, sigmaEta: { value: 0.35, low: 0, high: 10 } },
};

const mutations: { readonly [K in MutationConfig['kind']]: Settings } = {
  polynomial: { eta: { value: 20, low: 0, high: 1000 }, rate },
  gaussian: { sigma: { value: 0.1, low: 0, high: 10 }, rate },
  reset: { rate },
};

const selections: { readonly [K in SelectionConfig['kind']]: Settings } = {
  tournament: { size: { value: 2, low: 1, high: 1000, whole: true } },
  rank: { pressure: { value: 1.8, low: 1, high: 2 } },
  roulette: {},
};

/**
 * Creates a crossover from an option or from its `config`.
 * @param sampler name of the sampler in error messages
 * @throws AsktellError `invalid-argument`
 */
export function makeCrossover(sampler: string, option: CrossoverOption): Crossover {
  const config = complete<CrossoverConfig>(`${sampler}: crossover`, option, crossovers);
  switch (config.kind) {
    case 'uniform':
      return uniformCrossover();
    case 'blx':
      return blxCrossover(config.alpha);
    case 'sbx':
      return sbxCrossover(config.eta);
    case 'vsbx':
      return vsbxCrossover(config.eta);
    case 'spx':
      return spxCrossover(config.epsilon);
    case 'undx':
      return undxCrossover(config.sigmaXi, config.sigmaEta);
  }
}

/**
 * Creates a mutation from an option or from its `config`.
 * @throws AsktellError `invalid-argument`
 */
export function makeMutation(sampler: string, option: MutationOption): Mutation {
  const config = complete<MutationConfig>(`${sampler}: mutation`, option, mutations);
  switch (config.kind) {
    case 'polynomial':
      return polynomialMutation(config.eta, config.rate);
    case 'gaussian':
      return gaussianMutation(config.sigma, config.rate);
    case 'reset':
      return resetMutation(config.rate);
  }
}

/**
 * Creates a selection from an option or from its `config`.
 * @throws AsktellError `invalid-argument`
 */
export function makeSelection(sampler: string, option: SelectionOption): Selection {
  const config = complete<SelectionConfig>(`${sampler}: selection`, option, selections);
  switch (config.kind) {
    case 'tournament':
      return tournamentSelection(config.size);
    case 'rank':
      return rankSelection(config.pressure);
    case 'roulette':
      return rouletteSelection();
  }
}

/** Validates an operator and adds its defaults. */
function complete<C extends { readonly kind: string }>(
  what: string,
  option: unknown,
  table: { readonly [K in C['kind']]: Settings },
): C {
  const given = (typeof option === 'string' ? { kind: option } : option) as { readonly [key: string]: unknown };
  const kinds = Object.keys(table);
  const kind = typeof given === 'object' && given !== null ? given['kind'] : undefined;
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    throw bad(
      `${what} must be one of ${kinds.map((name) => `'${name}'`).join(', ')}, or an object with one of them as kind, not ${show(option)}.`,
    );
  }
  const settings = table[kind as C['kind']];
  for (const key of Object.keys(given)) {
    if (key === 'kind' || key in settings) continue;
    const known = Object.keys(settings);
    throw bad(
      `${what} '${kind}': there is no option ${show(key)}. ${known.length === 0 ? 'It has no options' : `The options are ${known.join(', ')}`}.`,
    );
  }
  const config: { [key: string]: unknown } = { kind };
  for (const [name, setting] of Object.entries(settings))
    config[name] = checkSetting(what, kind, name, given[name], setting);
  return config as unknown as C;
}

function checkSetting(what: string, kind: string, name: string, given: unknown, setting: Setting): number | null {
  if (given === undefined) return setting.value;
  if (given === null && setting.value === null) return null;
  const { low, high, whole = false } = setting;
  if (typeof given === 'number' && given >= low && given <= high && (!whole || Number.isInteger(given)))
    return given + 0;
  const orNull = setting.value === null ? ', or null' : '';
  throw bad(
    `${what} '${kind}': ${name} must be a ${whole ? 'whole ' : ''}number from ${low} to ${high}${orNull}, not ${show(given)}.`,
  );
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}
