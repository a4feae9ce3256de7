import type { SampleContext } from '@asktell/core';
import { type EnumerationState, ExclusiveSampler } from '../reference/exclusive-sampler.ts';

/** Does not look at running trials. */
export class RunningBlind extends ExclusiveSampler {
  override propose(state: EnumerationState, ctx: SampleContext): ReturnType<ExclusiveSampler['propose']> {
    const { space, fixed, trial } = ctx;
    const history = new Proxy(ctx.history, {
      get: (target, key) => (key === 'running' ? new Int32Array(0) : Reflect.get(target, key, target)),
    });
    const { total, attempt, host } = ctx;
    const rng: SampleContext['rng'] = (purpose) => ctx.rng(purpose);
    return super.propose(state, { space, fixed, trial, history, total, attempt, rng, host });
  }
}

/** Tries failed points again. */
export class FailureBlind extends ExclusiveSampler {
  override readonly fold: ExclusiveSampler['fold'] = {
    ...new ExclusiveSampler().fold,
    absorb: (state, row, ctx) => {
      if (ctx.history.state(row) !== 'fail') new ExclusiveSampler().fold.absorb(state, row, ctx);
    },
  };
}

/** Closes the points of lost trials. */
export class LossBelieving extends ExclusiveSampler {
  override readonly fold: ExclusiveSampler['fold'] = {
    ...new ExclusiveSampler().fold,
    absorb: (state, row, ctx) => {
      const history = new Proxy(ctx.history, {
        get: (target, key) => {
          const value: unknown = key === 'failure' ? () => null : Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      new ExclusiveSampler().fold.absorb(state, row, { ...ctx, history });
    },
  };
}
