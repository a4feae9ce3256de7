// Mistakes that a JavaScript program would otherwise make in silence.
import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../../tests/recording-logger.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import { TrialPruned } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { group } from '../space/builders.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

describe('shouldPrune without await', () => {
  const prunes = 'warn: Trial 0 ends, but trial.shouldPrune() has not decided yet.';

  it.each([
    ['optimize', 1],
    ['prune', 1],
    ['an awaited one', 0],
  ] as const)('%s: %i notice(s)', async (how, notices) => {
    const log = recordingLogger();
    const study = await createStudy({ sampler, log });
    if (how === 'prune') {
      const trial = await study.ask();
      await trial.report(1, 0);
      if (trial.shouldPrune() as unknown as boolean) await study.prune(trial);
    } else {
      await study.optimize(
        async (trial) => {
          await trial.report(1, 0);
          const decision = trial.shouldPrune();
          if (how === 'an awaited one') await decision;
          throw new TrialPruned();
        },
        { trials: 1 },
      );
    }
    expect((await study.trials())[0]?.state).toBe('pruned');
    expect(log.lines).toHaveLength(notices);
    if (notices > 0) expect(log.lines[0]).toContain(prunes);
  });
});

describe('an objective that suggests a name as another kind than an earlier trial', () => {
  const objective = (trial: {
    readonly number: number;
    suggestFloat(name: string, low: number, high: number): number;
    suggestInt(name: string, low: number, high: number): number;
  }): number => (trial.number === 0 ? trial.suggestFloat('x', 0, 1) : trial.suggestInt('x', 0, 1));

  it('fails its trial as space-conflict and ends the call', async () => {
    const study = await createStudy({ sampler, log: 'silent' });
    await refused('space-conflict', () => study.optimize(objective, { trials: 3 }));
    expect((await study.trials()).map(({ failure }) => failure?.code)).toEqual([undefined, 'space-conflict']);
  });

  it('goes on if catch covers it', async () => {
    const study = await createStudy({ sampler, log: 'silent', storage: new MemoryStorage() });
    await study.optimize(objective, { trials: 3, catch: true });
    expect((await study.trials()).map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'space-conflict',
      'space-conflict',
    ]);
  });
});

describe('other mistakes', () => {
  it('take without tell: one notice at the end', async () => {
    const log = recordingLogger();
    const study = await createStudy({ sampler, log });
    for await (const trial of study.take({ trials: 3 })) trial.suggestFloat('x', 0, 1);
    expect(log.lines).toEqual([expect.stringMatching(/^warn: None of the 3 trials of a take loop was told\./)]);
    for await (const trial of study.take({ trials: 2 })) await study.tell(trial.number, 1);
    expect(log.lines).toHaveLength(1);
  });

  it('return while the pruner decides: a notice', async () => {
    const log = recordingLogger();
    const study = await createStudy({ sampler, log });
    await study.optimize(
      async (trial) => {
        await trial.report(1, 0);
        if (trial.shouldPrune() as unknown as boolean) return 1;
        return 2;
      },
      { trials: 1 },
    );
    expect(log.lines).toEqual([expect.stringContaining('shouldPrune() has not decided yet')]);
  });

  it('a time limit of a synchronous objective: a notice', async () => {
    const log = recordingLogger();
    const study = await createStudy({ sampler, log });
    await study.optimize(() => 1, { trials: 2, trialTimeout: 1000 });
    expect(log.lines).toEqual([expect.stringMatching(/^warn: The objective is synchronous, so trialTimeout cannot/)]);
  });

  it('a class of errors for `catch`, loadIfExists without a name, steps(30): refused', async () => {
    const study = await createStudy({ sampler, log: 'silent' });
    for (const option of [Error, RangeError]) {
      const error = await refused('invalid-argument', () => study.optimize(() => 1, { catch: option as never }));
      expect(error.message).toContain('a list of error classes such as [RangeError]');
    }
    await refused('invalid-argument', () => createStudy({ sampler, loadIfExists: true }));
    const trial = await study.ask();
    expect((await refused('invalid-argument', () => trial.steps(30 as never))).message).toContain('steps({ to: 30 })');
  });

  it('a change of params: it changes nothing that is stored', async () => {
    const study = await createStudy({ sampler, space: { x: float(0, 1), group: group({ y: float(0, 1) }) } });
    const trial = await study.ask();
    const params = trial.params as { x: number; group: { y: number } };
    const { x, group: inner } = trial.params;
    params.x = 3;
    params.group.y = 3;
    expect(trial.flatParams).toEqual({ x, 'group.y': inner.y });
    expect((await study.tell(trial, 1)).params).toEqual({ x, group: inner });
  });

  it('an objective that catches the TrialPruned of its steps: its trial is pruned', async () => {
    const pruner: Pruner = { name: 'all', config: { version: 1, options: {} }, decide: () => ({ prune: true }) };
    const study = await createStudy({ sampler, pruner, log: 'silent' });
    await study.optimize(
      async (trial) => {
        try {
          for await (const step of trial.steps({ to: 3 })) await step.report(7);
        } catch {
          return Number.POSITIVE_INFINITY;
        }
        return 0;
      },
      { trials: 1 },
    );
    expect((await study.trials())[0]).toMatchObject({ state: 'pruned', value: 7 });
  });
});
