import {
  type CompiledSpace,
  containsInternal,
  fromUnit,
  type Json,
  type ParamSpec,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  type TrialHistory,
  toUnit,
} from '@asktell/core';

/** The points of finished trials in the unit cube. */
export type SpreadState = { readonly space: CompiledSpace; readonly points: Float64Array[] };

/**
 * Proposes the random candidate that is farthest from all finished and pending points. A reference for joint samplers that
 * read pending trials and write notes: the unit-cube point of a rounded value cannot be recomputed, so the note stores it.
 * @example createStudy({ sampler: new PendingSampler({ candidates: 16 }), space })
 */
export class PendingSampler implements Sampler<SpreadState> {
  readonly name = 'pending';
  readonly config: Sampler['config'];
  readonly supports: Sampler['supports'] = { objectives: 'many', pending: true };
  readonly fold: StateFold<SpreadState, SamplerFoldContext> = {
    init: ({ space }) => {
      return { space, points: [] };
    },
    absorb: (state, row, { history }) => {
      if (history.failure(row)?.code === 'lost') return;
      const point = notedPoint(history.note(row), state.space) ?? storedPoint(state.space, row, history);
      if (point !== null) state.points.push(point);
    },
    clone: (state) => {
      return { space: state.space, points: [...state.points] };
    },
  };
  readonly #candidates: number;

  constructor(options: { readonly candidates?: number } = {}) {
    this.#candidates = options.candidates ?? 16;
    this.config = { version: 1, options: { candidates: this.#candidates } };
  }

  propose({ points }: SpreadState, ctx: SampleContext): Proposal {
    const { params } = ctx.space;
    const taken = [...points];
    for (const row of ctx.history.running) {
      const point = storedPoint(ctx.space, row, ctx.history);
      if (point !== null) taken.push(point);
    }
    const rng = ctx.rng('candidates');
    let best = new Float64Array(params.length);
    let bestGap = -1;
    for (let k = 0; k < this.#candidates; k++) {
      const candidate = Float64Array.from(params, ({ dist }, i) => fixedUnit(dist, ctx.fixed[i]) ?? rng.float());
      const gap = taken.reduce((least, point) => Math.min(least, squaredDistance(candidate, point)), 1e9);
      if (gap <= bestGap) continue;
      best = candidate;
      bestGap = gap;
    }
    const x = Float64Array.from(params, ({ dist }, i) => fromUnit(dist, best[i] as number));
    return { x, note: Array.from(best) };
  }
}

function fixedUnit(dist: ParamSpec['dist'], fixed: number | undefined): number | undefined {
  return fixed === undefined || Number.isNaN(fixed) ? undefined : toUnit(dist, fixed);
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum;
}

function notedPoint(note: Json | undefined, { params }: CompiledSpace): Float64Array | null {
  if (!Array.isArray(note) || note.length !== params.length) return null;
  return note.every((u) => typeof u === 'number') ? Float64Array.from(note as readonly number[]) : null;
}

/** The unit-cube point of a row, `null` when the row does not have all parameters of this space. */
function storedPoint({ params }: CompiledSpace, row: number, history: TrialHistory): Float64Array | null {
  const x = params.map(({ name }) => history.value(row, name));
  if (!params.every(({ dist }, i) => containsInternal(dist, x[i] as number))) return null;
  return Float64Array.from(params, ({ dist }, i) => toUnit(dist, x[i] as number));
}
