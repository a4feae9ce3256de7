import { drawInternal, fromUnit, type Proposal, type SampleContext, type Sampler, toExternal } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { Law } from '../law.ts';
import { ExclusiveSampler } from '../rehearsal/exclusive-sampler.ts';
import { operationLog } from '../rehearsal/operation-log-subject.ts';
import { PopulationSampler, type PopulationState } from '../rehearsal/population-sampler.ts';
import { memory, type SamplerSubject } from './subject.ts';
import { samplerLaws } from './test-sampler.ts';

/** The laws must be able to fail: each planted bug is found by the laws named beside it. */

const base: Sampler = {
  name: 'mutant',
  config: { version: 1, options: {} },
  supports: { conditional: true },
  sampleOne: (_state, ctx, name, dist) => toExternal(dist, drawInternal(dist, ctx.rng(name))),
};

function joint(propose: (ctx: SampleContext) => Proposal, supports: Sampler['supports'] = {}): () => Sampler {
  return () => ({ name: 'mutant', config: base.config, supports, propose: (_state, ctx) => propose(ctx) });
}

/** A point that depends on one number. */
function point(ctx: SampleContext, u: number): Proposal {
  return { x: Float64Array.from(ctx.space.params, ({ dist }) => fromUnit(dist, u)) };
}

const fraction = (x: number): number => Math.abs(x % 1);

class LazyPopulation extends PopulationSampler {
  override readonly fold = { ...new PopulationSampler().fold, clone: (state: PopulationState) => state };
}

let absorbed = 0;

class ForgetfulPopulation extends PopulationSampler {
  /** Counts what arrives in this process, in every study together. */
  override readonly fold: PopulationSampler['fold'] = {
    ...new PopulationSampler().fold,
    absorb: (state, row, ctx) => {
      if (absorbed++ % 2 === 0) new PopulationSampler().fold.absorb(state, row, ctx);
    },
  };
}

/** Keeps its state on the object. */
class ConfusedPopulation extends PopulationSampler {
  #state: PopulationState | null = null;
  override readonly fold: PopulationSampler['fold'] = {
    init: (ctx) => {
      this.#state ??= new PopulationSampler().fold.init(ctx);
      return this.#state;
    },
    absorb: new PopulationSampler().fold.absorb,
  };
}

class CarelessExclusive extends ExclusiveSampler {
  override propose(...[state, ctx]: Parameters<ExclusiveSampler['propose']>): ReturnType<ExclusiveSampler['propose']> {
    const history = new Proxy(ctx.history, {
      get: (target, key) => (key === 'running' ? new Int32Array() : Reflect.get(target, key, target)),
    });
    return super.propose(
      state,
      new Proxy(ctx, { get: (target, key) => (key === 'history' ? history : bound(target, key)) }),
    );
  }
}

function bound(target: SampleContext, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

class EndlessExclusive extends ExclusiveSampler {
  override propose(...[state, ctx]: Parameters<ExclusiveSampler['propose']>): ReturnType<ExclusiveSampler['propose']> {
    const proposal = super.propose(state, ctx);
    return proposal === 'exhausted' ? { x: Float64Array.from(state.points[0] as Float64Array) } : proposal;
  }
}

function counting(): () => Sampler {
  let calls = 0;
  return joint((ctx) => point(ctx, fraction(calls++ * 0.618)));
}

function sharedStream(): Sampler {
  let rng: ReturnType<SampleContext['rng']> | undefined;
  return {
    ...base,
    sampleOne: (_s, ctx, _n, dist) => {
      rng ??= ctx.rng('all');
      return toExternal(dist, drawInternal(dist, rng));
    },
  };
}

const killed = '50 trials are 25 + kill + 25 (declared space, memory)';
const again = 'proposing again gives the same, from a clone of the state too';
const overlapping = 'overlapping trials of two workers are proposed again from the log before them (declared space)';

const mutants: readonly (readonly [string, () => Sampler, readonly string[]])[] = [
  [
    'draws from Math.random',
    () => ({ ...base, sampleOne: (_s, _c, _n, dist) => toExternal(dist, fromUnit(dist, Math.random())) }),
    [
      'the same seed gives the same trials (declared space)',
      'the same seed gives the same trials (define-by-run)',
      again,
    ],
  ],
  [
    'asks the clock',
    joint((ctx) => point(ctx, fraction(performance.now() * 7.7))),
    ['the same seed gives the same trials (declared space)', killed],
  ],
  ['counts its calls', counting(), ['the same seed gives the same trials (declared space)', again, overlapping]],
  [
    'counts calls per instance',
    () => counting()(),
    [again, killed, 'another handle on the same history proposes the same'],
  ],
  [
    'leaves the range',
    () => ({
      ...base,
      sampleOne: (_s, _c, _n, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.high + 1),
    }),
    [
      'every proposal is a point of its declared space, allowed by where',
      'every suggestion of a define-by-run trial is a member of its distribution',
    ],
  ],
  [
    'misses the grid',
    joint((ctx) => ({
      x: Float64Array.from(ctx.space.params, ({ dist }) =>
        dist.kind === 'categorical' ? 0 : dist.low + 0.3 * (dist.high - dist.low),
      ),
    })),
    ['every proposal is a point of its declared space, allowed by where'],
  ],
  ['takes one stream for all suggests', () => sharedStream(), ['the order of suggests does not matter', killed]],
  [
    'looks at trials that it has not seen',
    () => ({
      ...base,
      sampleOne: (_s, ctx, _n, dist) => toExternal(dist, fromUnit(dist, fraction(ctx.history.size * 0.37))),
    }),
    ['overlapping trials of two workers are proposed again from the log before them (define-by-run)'],
  ],
  ['does not copy its state', () => new LazyPopulation(), [again]],
  [
    'keeps its state on the object',
    () => new ConfusedPopulation(),
    ['two studies with one sampler object do not disturb each other'],
  ],
  ['folds with a memory of its own', () => new ForgetfulPopulation(), [killed, overlapping]],
  [
    'writes into the history',
    joint((ctx) => {
      ctx.history.values(0)[0] = 42;
      return point(ctx, 0.5);
    }),
    [again],
  ],
  [
    'ignores running trials though exclusive',
    () => new CarelessExclusive(),
    ['eight workers try every point once, then the study is exhausted (memory)'],
  ],
  [
    'ends early',
    () => ({
      name: 'mutant',
      config: base.config,
      supports: {},
      propose: (_state, ctx) => (ctx.trial.number < 5 ? point(ctx, fraction(ctx.trial.number * 0.618)) : 'exhausted'),
    }),
    [
      'no point of a finite space twice, all of them, then the end',
      'eight workers that avoid repeats try 27 points in 27 trials (memory)',
    ],
  ],
  [
    'reads running trials without saying so',
    joint((ctx) => point(ctx, fraction(ctx.history.running.length * 0.37))),
    ['overlapping trials of two workers are proposed again from the log before them (define-by-run without repeats)'],
  ],
  [
    'never ends',
    () => new EndlessExclusive(),
    ['eight workers try every point once, then the study is exhausted (operation log)'],
  ],
];

function lawOf(name: string, subject: SamplerSubject): Law<SamplerSubject> {
  const law = samplerLaws(subject).find((each) => each.name === name);
  if (law === undefined) throw new Error(`no law ${name}`);
  return law;
}

describe('planted bugs in a sampler', () => {
  const cases = mutants.flatMap(([bug, make, laws]) => laws.map((law) => [bug, law, make] as const));
  it.each(cases)('%s: %s', async (_, law, make) => {
    const subject: SamplerSubject = { make, storages: [memory, operationLog] };
    await expect((async () => lawOf(law, subject).run(subject))()).rejects.toThrow();
  });
});
