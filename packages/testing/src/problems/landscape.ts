import {
  type CompiledSpace,
  compileSpace,
  fromUnit,
  isActive,
  type ParamSpec,
  type Rng,
  rngFor,
  type Space,
  toExternal,
  toInternal,
  toUnit,
} from '@asktell/core';
import { flatParams } from './flat-params.ts';
import { multiply, randomOrthogonal } from './orthogonal.ts';
import { offCentre } from './placement.ts';
import type { Problem, ProblemFamily, ProblemParams } from './problem.ts';

export interface LandscapeOptions {
  readonly name: string;
  readonly family: ProblemFamily;
  readonly split: Problem['split'];
  readonly tags?: readonly string[];
  readonly seed: number;
  /** Height of the ripples on the bowl. Default 0. */
  readonly waves?: number;
  /** Whether a random rotation couples the numeric parameters of each block. Default `false`. */
  readonly rotated?: boolean;
  readonly noise?: number;
}

/** Parameters that are active together: the unconditional ones, or those of one branch. */
interface Block {
  readonly condition: ParamSpec['when'];
  readonly numeric: readonly number[];
  readonly categorical: readonly number[];
  /** The minimum of the bowl on [0, 1], parallel to `numeric`. */
  readonly bottom: Float64Array;
  readonly weights: Float64Array;
  readonly rotation: readonly Float64Array[] | null;
  /** By categorical parameter and choice: the cost of the choice, and the shift of `bottom` that it causes. */
  readonly cost: readonly Float64Array[];
  readonly shift: readonly (readonly Float64Array[])[];
}

/**
 * A bowl over any space, mixed or conditional, with minimum 0 at a seeded point. Each active block of parameters adds
 * weighted squared distances from its minimum, on the sampling scale (logarithmic for log ranges), and optional ripples.
 * A wrong choice adds a cost and shifts the minimum. The best parameters of a wrong branch cannot compensate its cost.
 */
export function landscape(space: Space, options: LandscapeOptions): Problem {
  const { waves = 0, rotated = false } = options;
  const { compiled } = compileSpace(space);
  const rng = rngFor(options.seed, compiled.params.length, 'landscape');
  const best = bestPoint(compiled, rng.fork('best'));
  const blocks = blocksOf(compiled).map((block, k) =>
    createBlock(compiled, block, best, rotated, rng.fork(`block ${k}`)),
  );
  const at = (params: ProblemParams): Float64Array => {
    const flat = flatParams(params);
    return Float64Array.from(compiled.params, ({ name, dist }) =>
      name in flat ? toInternal(dist, flat[name]) : Number.NaN,
    );
  };
  const value = (x: Float64Array): number =>
    blocks.reduce((sum, block) => sum + (isBlockActive(block, x) ? blockValue(compiled, block, x, waves) : 0), 0);
  const params = Object.fromEntries(
    compiled.params.flatMap(({ name, dist }, i) => {
      const x = best[i] as number;
      return Number.isNaN(x) ? [] : [[name, toExternal(dist, x)] as const];
    }),
  );
  return {
    name: options.name,
    family: options.family,
    split: options.split,
    tags: [...(options.tags ?? []), `${compiled.params.length}d`],
    space,
    objectives: 1,
    objective: (given) => ({ values: [value(at(given))] }),
    noise: options.noise ?? 0,
    optimum: { kind: 'value', value: 0, params },
    precision: 1e-4, // values are about 1; a smaller precision would reward runs that hit a grid point by chance
  };
}

/**
 * The optimum as internal values, NaN for inactive parameters. Numbers are off-centre. Choices are neither the first nor the
 * last one if there are at least three.
 */
function bestPoint(space: CompiledSpace, rng: Rng): Float64Array {
  const best = new Float64Array(space.params.length).fill(Number.NaN);
  space.params.forEach(({ dist }, i) => {
    if (!isActive(space, i, best)) return;
    if (dist.kind !== 'categorical') best[i] = fromUnit(dist, offCentre(rng));
    else best[i] = dist.choices.length < 3 ? rng.int(0, dist.choices.length - 1) : rng.int(1, dist.choices.length - 2);
  });
  return best;
}

function blocksOf(space: CompiledSpace): readonly { condition: ParamSpec['when']; members: number[] }[] {
  const blocks = new Map<string, { condition: ParamSpec['when']; members: number[] }>();
  space.params.forEach(({ when }, i) => {
    const key = JSON.stringify(when);
    const block = blocks.get(key) ?? { condition: when, members: [] };
    block.members.push(i);
    blocks.set(key, block);
  });
  return [...blocks.values()];
}

function createBlock(
  space: CompiledSpace,
  { condition, members }: { condition: ParamSpec['when']; members: readonly number[] },
  best: Float64Array,
  rotated: boolean,
  rng: Rng,
): Block {
  const spec = (i: number): ParamSpec => space.params[i] as ParamSpec;
  const numeric = members.filter((i) => spec(i).dist.kind !== 'categorical');
  const categorical = members.filter((i) => spec(i).dist.kind === 'categorical');
  const choices = (i: number): readonly unknown[] => (spec(i).dist as { choices: readonly unknown[] }).choices;
  const bestChoice = (i: number): number => (Number.isNaN(best[i]) ? 0 : (best[i] as number));
  return {
    condition,
    numeric,
    categorical,
    bottom: Float64Array.from(numeric, (i) =>
      Number.isNaN(best[i]) ? offCentre(rng) : toUnit(spec(i).dist, best[i] as number),
    ),
    weights: Float64Array.from(numeric, () => 4 * 10 ** -rng.float()),
    rotation: rotated ? randomOrthogonal(numeric.length, rng.fork('rotation')) : null,
    cost: categorical.map((i) =>
      Float64Array.from(choices(i), (_, choice) => (choice === bestChoice(i) ? 0 : 0.15 + 0.5 * rng.float())),
    ),
    shift: categorical.map((i) =>
      choices(i).map((_, choice) =>
        Float64Array.from(numeric, () => (choice === bestChoice(i) ? 0 : 0.1 * rng.normal())),
      ),
    ),
  };
}

function isBlockActive({ condition }: Block, x: Float64Array): boolean {
  // A parent that is itself inactive is NaN, which equals no choice.
  return condition === null || x[condition.param] === condition.choice;
}

function blockValue(space: CompiledSpace, block: Block, x: Float64Array, waves: number): number {
  const away = Float64Array.from(
    block.numeric,
    (i, k) => toUnit((space.params[i] as ParamSpec).dist, x[i] as number) - (block.bottom[k] as number),
  );
  let total = 0;
  block.categorical.forEach((i, c) => {
    const choice = x[i] as number;
    total += block.cost[c]?.[choice] as number;
    const shift = block.shift[c]?.[choice] as Float64Array;
    for (let k = 0; k < away.length; k++) away[k] = (away[k] as number) - (shift[k] as number);
  });
  const rotatedOffset = block.rotation === null ? away : multiply(block.rotation, away);
  for (let k = 0; k < rotatedOffset.length; k++) {
    const v = rotatedOffset[k] as number;
    total += (block.weights[k] as number) * (v * v + waves * (1 - Math.cos(12 * Math.PI * v)));
  }
  return total;
}
