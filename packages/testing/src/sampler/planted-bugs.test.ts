import { drawInternal, fromUnit, type Proposal, type SampleContext, type Sampler, toExternal } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { Law } from '../law.ts';
import { ExclusiveSampler } from '../reference/exclusive-sampler.ts';
import { operationLog } from '../reference/operation-log-subject.ts';
import { PopulationSampler, type PopulationState } from '../reference/population-sampler.ts';
import { memory, type SamplerSubject } from './subject.ts';
import { samplerLaws } from './test-sampler.ts';

/** Checks that the laws can fail: the laws listed with each planted bug must find it. */

const base: Sampler = {
  name: 'mutant',
  config: { version: 1, options: {} },
  supports: { conditional: true },
  sampleOne: (_state, ctx, name, dist) => toExternal(dist, drawInternal(dist, ctx.rng(name))),
};

function joint(propose: (ctx: SampleContext) => Proposal, supports: Sampler['supports'] = {}): () => Sampler {
  return () => ({ name: 'mutant', config: base.config, supports, propose: (_state, ctx) => propose(ctx) });
}

/** The point whose unit-cube coordinates are all `u`. */
function point(ctx: SampleContext, u: number): Proposal {
  return { x: Float64Array.from(ctx.space.params, ({ dist }) => fromUnit(dist, u)) };
}

const fraction = (x: number): number => Math.abs(x % 1);

class SharedStatePopulation extends PopulationSampler {
  override readonly fold = { ...new PopulationSampler().fold, clone: (state: PopulationState) => state };
}

let absorbed = 0;

class SkippingPopulation extends PopulationSampler {
  /** Absorbs every second trial, counted over all studies of the process. */
  override readonly fold: PopulationSampler['fold'] = {
    ...new PopulationSampler().fold,
    absorb: (state, row, ctx) => {
      if (absorbed++ % 2 === 0) new PopulationSampler().fold.absorb(state, row, ctx);
    },
  };
}

/** Keeps its state on the object. */
class SharedObjectPopulation extends PopulationSampler {
  #state: PopulationState | null = null;
  override readonly fold: PopulationSampler['fold'] = {
    init: (ctx) => {
      this.#state ??= new PopulationSampler().fold.init(ctx);
      return this.#state;
    },
    absorb: new PopulationSampler().fold.absorb,
  };
}

class RunningBlindExclusive extends ExclusiveSampler {
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

const killed = '25 trials before a kill and 25 after it equal one run of 50 (declared space, memory)';
const again = 'proposing again from the same state or its clone gives the same proposal';
const overlapping = 'proposals of two overlapping workers are reproduced from the log before them (declared space)';

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
    'reads the clock',
    joint((ctx) => point(ctx, fraction(performance.now() * 7.7))),
    ['the same seed gives the same trials (declared space)', killed],
  ],
  ['counts its calls', counting(), ['the same seed gives the same trials (declared space)', again, overlapping]],
  [
    'counts calls per instance',
    () => counting()(),
    [again, killed, 'a new handle on the same history makes the same proposal'],
  ],
  [
    'leaves the range',
    () => ({
      ...base,
      sampleOne: (_s, _c, _n, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.high + 1),
    }),
    [
      'every proposal is a point of the declared space and satisfies its constraints',
      'every suggestion of a define-by-run trial is a member of its distribution',
    ],
  ],
  [
    'ignores the step',
    joint((ctx) => ({
      x: Float64Array.from(ctx.space.params, ({ dist }) =>
        dist.kind === 'categorical' ? 0 : dist.low + 0.3 * (dist.high - dist.low),
      ),
    })),
    ['every proposal is a point of the declared space and satisfies its constraints'],
  ],
  ['uses one stream for all suggestions', () => sharedStream(), ['the order of suggest calls does not matter', killed]],
  [
    'reads trials that had not finished when the trial started',
    () => ({
      ...base,
      sampleOne: (_s, ctx, _n, dist) => toExternal(dist, fromUnit(dist, fraction(ctx.history.size * 0.37))),
    }),
    ['proposals of two overlapping workers are reproduced from the log before them (define-by-run)'],
  ],
  ['does not copy its state', () => new SharedStatePopulation(), [again]],
  [
    'keeps its state on the object',
    () => new SharedObjectPopulation(),
    ['studies that share one sampler object do not affect each other'],
  ],
  ['keeps state outside the fold', () => new SkippingPopulation(), [killed, overlapping]],
  [
    'modifies the history',
    joint((ctx) => {
      ctx.history.values(0)[0] = 42;
      return point(ctx, 0.5);
    }),
    [again],
  ],
  [
    'is exclusive but ignores running trials',
    () => new RunningBlindExclusive(),
    ['eight workers try every point once and then the study is exhausted (memory)'],
  ],
  [
    'reports exhausted too early',
    () => ({
      name: 'mutant',
      config: base.config,
      supports: {},
      propose: (_state, ctx) => (ctx.trial.number < 5 ? point(ctx, fraction(ctx.trial.number * 0.618)) : 'exhausted'),
    }),
    [
      'every point of a finite space is tried once and then the study is exhausted',
      'eight workers that avoid duplicates try 27 points in 27 trials (memory)',
    ],
  ],
  [
    'reads running trials without declaring it',
    joint((ctx) => {
      const points = Array.from(ctx.history.running, (row) => ctx.history.params(row).names.length);
      return point(ctx, fraction(points.filter((names) => names > 0).length * 0.37));
    }),
    ['two overlapping workers get the same trials as on the operation log (declared space, memory)'],
  ],
  [
    'never reports exhausted',
    () => new EndlessExclusive(),
    ['eight workers try every point once and then the study is exhausted (operation log)'],
  ],
];

function lawOf(name: string, subject: SamplerSubject): Law<SamplerSubject> {
  const law = samplerLaws(subject).find((each) => each.name === name);
  if (law === undefined) throw new Error(`unknown law ${name}`);
  return law;
}

describe('planted bugs in a sampler', () => {
  const cases = mutants.flatMap(([bug, make, laws]) => laws.map((law) => [bug, law, make] as const));
  it.each(cases)('%s: %s', async (_, law, make) => {
    const subject: SamplerSubject = { make, storages: [memory, operationLog] };
    // Look the law up first: an unknown name must fail the test, not pass as a found bug.
    const planted = lawOf(law, subject);
    await expect((async () => planted.run(subject))()).rejects.toThrow();
  });
});
