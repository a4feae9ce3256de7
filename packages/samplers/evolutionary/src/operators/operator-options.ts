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

/** An operator with defaults for what is left out, or its name alone. */
type Loose<C extends { readonly kind: string }> =
  | C['kind']
  | (C extends unknown ? Pick<C, 'kind' & keyof C> & Partial<C> : never);

/**
 * - `'uniform'`: each gene from either parent.
 * - `'blx'`: uniform in the parents' box, widened by `alpha` (0.5) times its width.
 * - `'sbx'`: near either parent; the larger `eta` (15), the nearer.
 * - `'vsbx'`: around either parent, on both sides (`eta` 15).
 * - `'spx'`: uniform in the triangle of three parents, expanded by `epsilon` (2).
 * - `'undx'`: normal around the middle of two parents (`sigmaXi` 0.5 along, `sigmaEta` 0.35 across their line).
 */
export type CrossoverOption = Loose<CrossoverConfig>;

/**
 * - `'polynomial'`: mostly small moves; the larger `eta` (20), the smaller.
 * - `'gaussian'`: normal steps of `sigma` (0.1) widths of the range.
 * - `'reset'`: a new uniform draw.
 *
 * `rate` (`null`): the probability per parameter, `null` for 1 / number of active ones.
 */
export type MutationOption = Loose<MutationConfig>;

/**
 * - `'tournament'`: the best of `size` (2) drawn ones.
 * - `'rank'`: probability falling linearly with the position; `pressure` from 1 (uniform) to 2 (1.8).
 * - `'roulette'`: probability by the distance of the value from the worst.
 */
export type SelectionOption = Loose<SelectionConfig>;

interface Setting {
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
 * Makes a crossover from what a user wrote, or from its `config`.
 * @param sampler whose option it is, for messages
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
 * Makes a mutation from what a user wrote, or from its `config`.
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
 * Makes a selection from what a user wrote, or from its `config`.
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

/** Checks an operator and fills in its defaults. */
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
      `${what} '${kind}': there is no option ${show(key)}; ${known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`}.`,
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
