import {
  AsktellError,
  type Distribution,
  fromUnit,
  type Json,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type Scalar,
  type StateFold,
  toExternal,
  toUnit,
} from 'asktell';

interface Annealing {
  best: number;
  finished: number;
}

/** Samples near the best trial, at a distance that shrinks with every finished trial. */
export class AnnealingSampler implements Sampler<Annealing> {
  static readonly savedName = 'third-party-annealing';
  readonly name = AnnealingSampler.savedName;
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports = {};
  readonly fold: StateFold<Annealing, SamplerFoldContext> = {
    init: () => ({ best: -1, finished: 0 }),
    absorb(state, row, { history }) {
      state.finished++;
      if (history.state(row) !== 'complete' || (history.violation[row] as number) > 0) return;
      const sign = history.directions[0] === 'maximize' ? -1 : 1;
      const loss = (trial: number): number => sign * (history.values(0)[trial] as number);
      if (state.best < 0 || loss(row) < loss(state.best)) state.best = row;
    },
    clone: (state) => ({ ...state }),
  };
  readonly #cooling: number;

  constructor({ cooling = 0.98 }: { readonly cooling?: number } = {}) {
    if (!(cooling > 0 && cooling <= 1))
      throw new AsktellError('invalid-argument', `AnnealingSampler: cooling must be in (0, 1], not ${cooling}.`);
    this.#cooling = cooling;
    this.config = { version: 1, options: { cooling } };
  }

  static fromConfig(options: Json): AnnealingSampler {
    return new AnnealingSampler(options as { readonly cooling: number });
  }

  sampleOne({ best, finished }: Annealing, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const rng = ctx.rng(name);
    const x = best < 0 || rng.float() < 0.1 ? Number.NaN : ctx.history.value(best, name);
    const distance = 0.3 * this.#cooling ** finished;
    const u = Number.isNaN(x) ? rng.float() : toUnit(dist, x) + distance * rng.normal();
    return toExternal(dist, fromUnit(dist, Math.min(Math.max(u, 0), 1)));
  }
}
