import {
  AsktellError,
  type CompiledSpace,
  cardinality,
  isActive,
  nthInternal,
  type ParamSpec,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  type TrialHistory,
} from '@asktell/core';

/** All points of a finite space, and which of them are tried. */
export interface EnumerationState {
  readonly space: CompiledSpace;
  readonly points: readonly Float64Array[];
  readonly index: ReadonlyMap<string, number>;
  readonly tried: Set<number>;
}

const limit = 10_000;

/**
 * Every point of a finite space once, in random order, whatever the number of workers: it proposes inside the ask's
 * transaction. Rehearses exclusive samplers and their end. Lost trials give their point back.
 * @example createStudy({ sampler: new ExclusiveSampler(), space: { a: int(1, 5), b: categorical(['x', 'y']) } })
 */
export class ExclusiveSampler implements Sampler<EnumerationState> {
  readonly name = 'exclusive';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly supports: Sampler['supports'] = { objectives: 'many', conditional: true, exclusive: true };
  readonly fold: StateFold<EnumerationState, SamplerFoldContext> = {
    init: ({ space }) => {
      const points = space.origin === 'observed' ? [] : allPoints(space);
      return { space, points, index: new Map(points.map((x, i) => [keyOf(x), i])), tried: new Set() };
    },
    absorb: (state, row, { history }) => {
      if (history.failure(row)?.code !== 'lost') state.tried.add(indexOf(state, row, history));
    },
    clone: (state) => {
      return { ...state, tried: new Set(state.tried) };
    },
  };

  propose(state: EnumerationState, ctx: SampleContext): Proposal | 'exhausted' {
    const { space, history, fixed } = ctx;
    if (space.origin === 'observed') return { x: new Float64Array(space.params.length).fill(Number.NaN) };
    const taken = new Set(state.tried);
    for (const row of history.running) taken.add(indexOf(state, row, history));
    const wanted = state.points.flatMap((x, i) => (fixed.every((f, k) => Number.isNaN(f) || f === x[k]) ? [i] : []));
    const free = wanted.filter((i) => !taken.has(i));
    const isFixed = fixed.some((f) => !Number.isNaN(f));
    // Who enqueues a point twice gets it twice, and values off the list are no business of this sampler.
    const from = free.length > 0 || !isFixed ? free : wanted;
    if (from.length === 0) return isFixed ? { x: fixed.map((f) => f) } : 'exhausted';
    const chosen = from[ctx.rng('point').int(0, from.length - 1)] as number;
    return { x: Float64Array.from(state.points[chosen] as Float64Array) };
  }
}

function keyOf(x: ArrayLike<number>): string {
  return Array.from(x).join();
}

/** Which point a row holds, -1 for none of them. */
function indexOf({ space, index }: EnumerationState, row: number, history: TrialHistory): number {
  return index.get(keyOf(space.params.map(({ name }) => history.value(row, name)))) ?? -1;
}

/** All active combinations that `where` allows, in order of the parameters. */
function allPoints(space: CompiledSpace): readonly Float64Array[] {
  const points: Float64Array[] = [];
  const x = new Float64Array(space.params.length);
  const visit = (i: number): void => {
    if (i === x.length) {
      if (space.allows === null || space.allows(x)) points.push(Float64Array.from(x));
      if (points.length > limit) throw tooMany(space);
      return;
    }
    for (const value of isActive(space, i, x) ? valuesOf(space, i) : [Number.NaN]) {
      x[i] = value;
      visit(i + 1);
    }
  };
  visit(0);
  return points;
}

function valuesOf(space: CompiledSpace, i: number): readonly number[] {
  const { dist } = space.params[i] as ParamSpec;
  const n = cardinality(dist);
  if (n > limit) throw tooMany(space);
  return Array.from({ length: n }, (_, k) => nthInternal(dist, k));
}

function tooMany(space: CompiledSpace): AsktellError {
  const names = space.params.map(({ name }) => name).join(', ');
  return new AsktellError('unsupported', `The space of ${names} has more than ${limit} points; give ranges a step.`);
}
