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

/** The points of a finite space, their indexes by key, and the indexes of the points that were tried. */
export interface EnumerationState {
  readonly space: CompiledSpace;
  readonly points: readonly Float64Array[];
  readonly index: ReadonlyMap<string, number>;
  readonly tried: Set<number>;
}

const limit = 10_000;

/**
 * Proposes every point of a finite space once, in random order. Workers never collide because it proposes inside the ask
 * transaction. The point of a lost trial becomes available again. A reference for exclusive samplers and `'exhausted'`.
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
    // A point that is enqueued twice is tried twice. Enqueued values that are not on the list are kept as they are.
    const from = free.length > 0 || !isFixed ? free : wanted;
    if (from.length === 0) return isFixed ? { x: fixed.map((f) => f) } : 'exhausted';
    const chosen = from[ctx.rng('point').int(0, from.length - 1)] as number;
    return { x: Float64Array.from(state.points[chosen] as Float64Array) };
  }
}

function keyOf(x: ArrayLike<number>): string {
  return Array.from(x).join();
}

/** The index of the point in a row, -1 when it is not one of the points. */
function indexOf({ space, index }: EnumerationState, row: number, history: TrialHistory): number {
  return index.get(keyOf(space.params.map(({ name }) => history.value(row, name)))) ?? -1;
}

/** All combinations of active parameters that satisfy `where`, in parameter order. */
function allPoints(space: CompiledSpace): readonly Float64Array[] {
  const points: Float64Array[] = [];
  const x = new Float64Array(space.params.length);
  const visit = (i: number): void => {
    if (i === x.length) {
      if (space.allows === null || space.allows(x)) points.push(Float64Array.from(x));
      if (points.length > limit) throw tooManyPoints(space);
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
  if (n > limit) throw tooManyPoints(space);
  return Array.from({ length: n }, (_, k) => nthInternal(dist, k));
}

function tooManyPoints(space: CompiledSpace): AsktellError {
  const names = space.params.map(({ name }) => name).join(', ');
  return new AsktellError(
    'unsupported',
    `ExclusiveSampler: the space of ${names} must have at most ${limit} points. Give ranges a step.`,
  );
}
