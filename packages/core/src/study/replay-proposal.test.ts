import {
  BranchSampler,
  ExclusiveSampler,
  finiteSpace,
  mixedSpace,
  PendingSampler,
  PopulationSampler,
  refused,
} from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewTrialInput } from '../ask-tell/add-trial.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { drawInternal, drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { SampleContext, Sampler } from '../sampler/sampler.ts';
import type { Space } from '../space/infer.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Trial } from '../trial/trial.ts';
import { createStudy } from './create-study.ts';
import { loadStudy } from './load-study.ts';
import { replayProposal } from './replay-proposal.ts';
import type { Study } from './study.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** All its proposals, joint and single, depend on the points of running trials that it sees. */
const watchful: Sampler = {
  ...uniform,
  name: 'watchful',
  supports: { ...uniform.supports, pending: true },
  propose: (_state, ctx) => ({ x: Float64Array.from(ctx.space.params, ({ dist }, i) => watching(ctx, dist, `${i}`)) }),
  sampleOne: (_state, ctx, name, dist) => toExternal(dist, watching(ctx, dist, name)),
};

function watching(ctx: SampleContext, dist: Distribution, purpose: string): number {
  const { history, space } = ctx;
  const shown = Array.from(history.running, (row) => space.params.map(({ name }) => history.value(row, name)));
  return drawInternal(dist, ctx.rng(`${purpose} ${JSON.stringify(shown)}`));
}

const samplers: readonly (readonly [name: string, make: () => Sampler, space: Space | null])[] = [
  ['uniform, declared', () => uniform, mixedSpace],
  ['uniform, define-by-run', () => uniform, null],
  ['population, declared', () => new PopulationSampler({ populationSize: 4 }), mixedSpace],
  ['population, define-by-run', () => new PopulationSampler({ populationSize: 4 }), null],
  ['pending, declared', () => new PendingSampler(), mixedSpace],
  ['pending, define-by-run', () => new PendingSampler(), null],
  ['watchful, declared', () => watchful, mixedSpace],
  ['watchful, define-by-run', () => watchful, null],
  ['branches, declared', () => new BranchSampler(), mixedSpace],
  ['exclusive, declared', () => new ExclusiveSampler(), finiteSpace],
];

/** Suggests three parameters, the third in a range that moves. */
function suggestSome(trial: Trial): void {
  const x = trial.suggestFloat('x', 0, 1);
  if (x < 0.8) trial.suggestCategorical('kind', ['a', 'b', null]);
  trial.suggestInt('n', 0, trial.number % 5 === 4 ? 20 : 10);
}

type Kind = 'ask' | 'several' | 'suggest' | 'tell' | 'fail' | 'enqueue' | 'import';
type Step = { readonly kind: Kind; readonly pick: number };

const stepsWith = (special: Kind): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record<Step>({
      kind: fc.constantFrom('ask', 'ask', 'ask', 'several', 'suggest', 'tell', 'tell', 'tell', 'fail', special),
      pick: fc.nat(50),
    }),
    { minLength: 5, maxLength: 60 },
  );

// Not both: stamps do not show whether an import came before or after the start of a queued trial with a smaller number.
const steps = fc.oneof(stepsWith('enqueue'), stepsWith('import'));

/** Measured elsewhere: long ago, just now, or by a clock that is ahead. */
function foreignTrial(space: Space | null, pick: number): NewTrialInput {
  const ended = Date.now() + ([-1e9, -5, 0, 300][pick % 4] as number);
  const point =
    space === null ? { x: pick / 50, n: pick % 11 } : { act: 'relu', layers: (pick % 4) + 1, model: 'none' };
  const distributions = {
    x: float(0, 1),
    n: int(0, 10),
    act: categorical(['relu', 'tanh', null]),
    layers: int(1, 4),
    model: categorical(['svm', 'forest', 'none']),
  };
  return {
    params: point,
    distributions: Object.fromEntries(Object.entries(distributions).filter(([name]) => name in point)),
    value: Math.cos(pick),
    userAttrs: { foreign: true },
    datetimeStart: new Date(ended - (pick % 3) * 100),
    datetimeComplete: new Date(ended),
  };
}

/** Two handles of one study; trials overlap as the steps say. */
async function play(make: () => Sampler, space: Space | null, plan: readonly Step[]): Promise<Study> {
  const storage = new MemoryStorage();
  const declared = space === null ? {} : { space };
  const first = await createStudy({ name: 's', storage, sampler: make(), seed: 3, ...declared });
  const handles = [first, await loadStudy({ name: 's', storage, sampler: make(), ...declared })] as Study[];
  const running: Trial[] = [];
  for (const { kind, pick } of plan) {
    const study = handles[pick % 2] as Study;
    const at = pick % Math.max(1, running.length);
    const trial = running[at];
    if (kind === 'ask') running.push(await study.ask());
    else if (kind === 'several') running.push(...(await study.askBatch(3)));
    else if (kind === 'enqueue') await study.enqueue(space === null ? { n: pick % 11 } : { layers: (pick % 4) + 1 });
    else if (kind === 'import') await study.addTrial(foreignTrial(space, pick));
    else if (trial !== undefined) {
      if (space === null || kind === 'suggest') suggestSome(trial);
      if (kind === 'suggest') continue;
      running.splice(at, 1);
      const by = handles[Math.floor(pick / 2) % 2] as Study;
      await trial.report(0, 0); // what was suggested is stored now
      if (kind === 'fail') await by.tell(trial.number, undefined, { state: 'fail' });
      else await by.tell(trial.number, Math.sin(pick));
    }
  }
  for (const trial of running) await trial.report(1, 1);
  return first as unknown as Study;
}

describe('replayProposal', () => {
  it.each(samplers)('reproduces every stored proposal: %s', { timeout: 60_000 }, async (_, make, space) => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const study = await play(make, space, plan);
        for (const trial of await study.trials()) {
          if (trial.state === 'waiting' || trial.userAttrs['foreign'] === true) continue;
          expect(await replayProposal(study, trial.number), `trial ${trial.number}`).toEqual(trial.flatParams);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('detects samplers that depend on anything else', async () => {
    const space = { x: float(0, 1) };
    const isReplayed = async (sampleOne: NonNullable<Sampler['sampleOne']>): Promise<boolean> => {
      const study = await createStudy({ sampler: { ...uniform, sampleOne }, space });
      for (let i = 0; i < 6; i++) {
        await study.ask();
        if (i % 2 === 1) await study.tell(i, 0.1);
      }
      const trials = await study.trials();
      const again = await Promise.all(trials.map(({ number }) => replayProposal(study, number)));
      return trials.every(({ flatParams }, i) => flatParams['x'] === again[i]?.['x']);
    };
    expect(await isReplayed((_s, { history }) => history.finished.length / 64 + history.running.length / 8)).toBe(true);
    let calls = 0;
    expect(await isReplayed(() => (calls++ % 100) / 100)).toBe(false);
    // Points of running trials are known only to samplers that declare `pending`.
    const peek: Sampler['sampleOne'] = (_s, { history }) =>
      Array.from(history.running).reduce((sum, row) => sum + (history.value(row, 'x') || 0), 0.3) % 1;
    expect(await isReplayed(peek)).toBe(false);
  });

  it('uses the proposed points as pending, not what was suggested since', async () => {
    const study = await createStudy({ sampler: watchful, seed: 1 });
    const shown = (number: number): number => study.history.value(number, 'n');
    const suggest = async (trial: Trial, high: number): Promise<number> => {
      const n = trial.suggestInt('n', 0, high);
      await trial.report(0, 0);
      return n;
    };
    await suggest(await study.ask(), 1000);
    await study.tell(0, 1);
    const early = await study.ask();
    const proposed = shown(1);
    const late = await study.ask();
    const taken = await suggest(early, Math.ceil(proposed / 2)); // the range has moved
    expect([taken === proposed, shown(1)]).toEqual([false, proposed]);
    expect((await study.trials())[1]?.flatParams).toEqual({ n: taken });
    const later = await study.ask();
    await study.tell(early, undefined, { state: 'fail' });
    expect(shown(1)).toBe(taken);
    // The range of these two moves as well, after what they saw as pending has become something else.
    for (const trial of [late, later]) {
      const n = await suggest(trial, Math.ceil(shown(trial.number) / 2));
      expect(await replayProposal(study, trial.number)).toEqual({ n });
    }
    const last = await study.ask();
    expect(await suggest(last, 1000)).toBe(shown(last.number));
    expect(await replayProposal(study, last.number)).toEqual({ n: shown(last.number) });
  });

  it('uses the space of the ask', async () => {
    const study = await createStudy({ sampler: uniform });
    const space = { n: int(1, 9) };
    const trial = await study.ask(space);
    expect(await replayProposal(study, 0, { space })).toEqual(trial.params);
    expect(await replayProposal(study, 0)).toEqual(trial.params); // drawn one by one, it is the same
  });

  it('refuses unknown trials', async () => {
    const study = await createStudy({ sampler: uniform });
    await study.enqueue({ x: 1 });
    await refused('trial-not-found', () => replayProposal(study, 1));
    await refused('trial-waiting', () => replayProposal(study, 0));
  });
});
