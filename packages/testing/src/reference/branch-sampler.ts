import {
  type CompiledSpace,
  containsInternal,
  drawInternal,
  fromUnit,
  isActive,
  type ParamSpec,
  type Proposal,
  type Rng,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  toUnit,
} from '@asktell/core';

/** Maps the index of each parameter that selects a branch to one arm per choice. */
export interface BranchState {
  readonly space: CompiledSpace;
  readonly arms: Map<number, Arm[]>;
}

/** The number of complete trials with one choice, and the best of them. */
interface Arm {
  readonly pulls: number;
  readonly loss: number;
  readonly x: Float64Array;
}

/**
 * Chooses a branch of `oneOf` as a bandit does and takes a small step from the best point of that branch. A reference for
 * samplers that propose conditional parameters themselves.
 * @example createStudy({ sampler: new BranchSampler(), space: { model: oneOf({ a: {}, b: { x: float(0, 1) } }) } })
 */
export class BranchSampler implements Sampler<BranchState> {
  readonly name = 'branch';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly supports: Sampler['supports'] = { conditional: true };
  readonly fold: StateFold<BranchState, SamplerFoldContext> = {
    init: ({ space }) => {
      return { space, arms: new Map([...parentParams(space)].map((param) => [param, []])) };
    },
    absorb: ({ space, arms }, row, { history }) => {
      const value = history.values(0)[row] as number;
      if (history.state(row) !== 'complete' || Number.isNaN(value)) return;
      const loss = history.directions[0] === 'maximize' ? -value : value;
      const x = Float64Array.from(space.params, ({ name }) => history.value(row, name));
      for (const [param, list] of arms) {
        const choice = x[param] as number;
        if (!containsInternal((space.params[param] as ParamSpec).dist, choice)) continue;
        const arm = list[choice];
        const pulls = (arm?.pulls ?? 0) + 1;
        list[choice] = arm !== undefined && arm.loss <= loss ? { ...arm, pulls } : { pulls, loss, x };
      }
    },
    clone: ({ space, arms }) => {
      return { space, arms: new Map([...arms].map(([param, list]) => [param, [...list]])) };
    },
  };

  propose({ arms }: BranchState, ctx: SampleContext): Proposal {
    const { space, fixed } = ctx;
    const x = new Float64Array(space.params.length).fill(Number.NaN);
    /** The best point of the innermost branch entered so far. */
    let guide: Float64Array | undefined;
    for (const [i, { name, dist }] of space.params.entries()) {
      if (!isActive(space, i, x)) continue;
      const rng = ctx.rng(name);
      const list = arms.get(i);
      if (!Number.isNaN(fixed[i])) x[i] = fixed[i] as number;
      else if (list !== undefined) x[i] = chooseArm(list, drawInternal(dist, rng), rng);
      else x[i] = near(dist, guide?.[i], rng);
      if (list !== undefined) guide = list[x[i] as number]?.x ?? guide;
    }
    return { x };
  }
}

/** Indexes of the parameters that others depend on. */
function parentParams(space: CompiledSpace): Set<number> {
  return new Set(space.params.flatMap(({ when }) => (when === null ? [] : [when.param])));
}

/** The choice with the best point with probability 0.6, otherwise `random`. */
function chooseArm(list: readonly (Arm | undefined)[], random: number, rng: Rng): number {
  if (rng.float() < 0.4) return random;
  let best = random;
  list.forEach((arm, choice) => {
    if (arm !== undefined && arm.loss < (list[best]?.loss ?? Number.POSITIVE_INFINITY)) best = choice;
  });
  return best;
}

function near(dist: ParamSpec['dist'], from: number | undefined, rng: Rng): number {
  const [u, step] = [rng.float(), rng.normal()];
  if (from === undefined || !containsInternal(dist, from) || dist.kind === 'categorical') return fromUnit(dist, u);
  return fromUnit(dist, Math.min(1, Math.max(0, toUnit(dist, from) + 0.15 * step)));
}
