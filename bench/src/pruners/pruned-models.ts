import { type TrialReports, type TrialState, WrappedHistory } from '@asktell/core';
import {
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  TpeSampler,
  type TrialHistory,
} from 'asktell';
import type { PrunerSpec } from './run.ts';

/** The sampler of a study of ours. */
export function samplerFor({ model = 'all' }: PrunerSpec): Sampler {
  return model === 'all' ? new TpeSampler() : model === 'bracket' ? new TpeByGroup() : new TpeAtRung();
}

type Model = ReturnType<TpeSampler['fold']['init']>;

/** A TPE for each group of trials, as Optuna has one for each bracket of Hyperband. */
class TpeByGroup implements Sampler<Map<number, Model>> {
  readonly name = 'tpe-by-group';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly #tpe = new TpeSampler();
  readonly supports: Sampler['supports'] = this.#tpe.supports;
  readonly fold: StateFold<Map<number, Model>, SamplerFoldContext> = {
    init: () => new Map(),
    absorb: (models, row, ctx) => {
      const group = ctx.history.group(row);
      const model = models.get(group) ?? this.#tpe.fold.init(ctx);
      models.set(group, model);
      this.#tpe.fold.absorb(model, row, ctx);
    },
  };

  propose(models: Map<number, Model>, ctx: SampleContext): Proposal {
    const { space, history, trial } = ctx;
    const own = models.get(history.group(trial.number));
    return this.#tpe.propose(own ?? this.#tpe.fold.init({ space, history, seed: 0, fixed: new Map() }), ctx);
  }
}

/** BOHB's share of good trials. */
const goodShare = 0.15;

/**
 * TPE at the highest step that d + 2 trials have reached, as in BOHB: it learns from these trials only, by their values at this
 * step. Source: Falkner, Klein and Hutter, BOHB: Robust and Efficient Hyperparameter Optimization at Scale (2018).
 */
class TpeAtRung implements Sampler {
  readonly name = 'tpe-at-rung';
  readonly config: Sampler['config'] = { version: 1, options: {} };
  readonly supports: Sampler['supports'] = new TpeSampler().supports;

  propose(_: unknown, ctx: SampleContext): Proposal {
    const { space, history } = ctx;
    const enough = space.params.length + 2;
    const tpe = new TpeSampler({ startupTrials: enough, recipe: { goodShare } });
    const seen = new AtStep(history, highestStep(history, enough));
    const fold = { space, history: seen, seed: 0, fixed: new Map<string, number>() };
    const model = tpe.fold.init(fold);
    for (const row of seen.finished) tpe.fold.absorb(model, row, fold);
    const { trial, fixed, total, attempt, host } = ctx;
    return tpe.propose(model, {
      trial,
      space,
      fixed,
      total,
      attempt,
      host,
      history: seen,
      rng: (purpose) => ctx.rng(purpose),
    });
  }
}

const lastStep = ({ steps }: TrialReports): number => (steps[steps.length - 1] as number | undefined) ?? -1;

/** The highest step that this many trials have reached, 0 if there are fewer trials. */
function highestStep(history: TrialHistory, enough: number): number {
  const last = Array.from(history.finished, (row) => lastStep(history.reports(row))).sort((a, b) => b - a);
  return Math.max(0, last[enough - 1] ?? 0);
}

/** The trials that have reached a step, as complete ones with their value there. */
class AtStep extends WrappedHistory {
  readonly #rows: Int32Array;
  readonly #values: Float64Array;

  constructor(history: TrialHistory, step: number) {
    super(history);
    this.#rows = history.finished.filter((row) => lastStep(history.reports(row)) >= step);
    this.#values = new Float64Array(history.size);
    for (const row of this.#rows) {
      const { steps, values } = history.reports(row);
      this.#values[row] = values[Array.from(steps).findIndex((at) => at >= step)] as number;
    }
  }

  override get finished(): Int32Array {
    return this.#rows;
  }

  override state(row: number): TrialState {
    return this.#rows.includes(row) ? 'complete' : super.state(row);
  }

  override values(): Float64Array {
    return this.#values;
  }
}
