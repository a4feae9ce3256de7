import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { LearningHost } from '../proposal/learning-host.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { oneOf } from '../space/builders.ts';
import { where } from '../space/where.ts';
import type { Trial } from '../trial/trial.ts';
import { createStudy } from './create-study.ts';

function uniform(blind: boolean): Sampler {
  return {
    name: 'uniform',
    config: { version: 1, options: {} },
    supports: { objectives: 'many', conditional: true, blind },
    sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
  };
}

const flat = { x: float(0, 1), n: int(1, 9), c: categorical(['a', 'b']) };
const branches = { model: oneOf({ svm: { c: float(0.1, 10) }, forest: { trees: int(1, 9) } }) };
const allowed = where(flat, (p) => p.x > 0.7);

function measure(trial: Trial): number {
  return trial.suggestFloat('y', -1, 1) + trial.suggestInt('k', 0, 5) + trial.number;
}

describe('a blind sampler', () => {
  it.each([
    ['no space', undefined],
    ['a flat space', flat],
    ['branches', branches],
    ['where', allowed],
  ])('proposes what it proposes with the history in sight: %s', async (_, space) => {
    const [blind, seeing] = await Promise.all(
      [true, false].map(async (isBlind) => {
        const study = await createStudy({
          sampler: uniform(isBlind),
          seed: 7,
          ...(space === undefined ? {} : { space }),
        });
        await study.enqueue(
          (space === undefined ? { y: 0.5 } : space === branches ? { model: 'svm' } : { x: 0.75 }) as never,
        );
        await study.optimize(measure as never, { trials: 6 });
        const more = await study.ask(allowed, { count: 2 });
        expect(study.session.host instanceof LearningHost).toBe(!isBlind);
        return [...(await study.trials()).map((trial) => trial.flatParams), ...more.map((trial) => trial.params)];
      }),
    );
    expect(blind).toHaveLength(10);
    expect(blind).toEqual(seeing);
  });

  it('must not look at the history', async () => {
    const peeping = {
      ...uniform(true),
      sampleOne: (_: unknown, ctx: { history: { size: number } }) => ctx.history.size,
    };
    const study = await createStudy({ sampler: peeping, space: flat });
    const error = await refused('unsupported', () => study.ask());
    expect(error.message).toContain('supports.blind');
  });

  it('does not hide the history from pruners', async () => {
    const seen: number[] = [];
    const watching: Pruner = {
      ...new NopPruner(),
      decide: (_state, { history }) => {
        seen.push(history.size);
        return { prune: true };
      },
    };
    const study = await createStudy({ sampler: uniform(true), pruner: watching });
    const trial = await study.ask();
    await trial.report(1, 0);
    expect(await trial.shouldPrune()).toBe(true);
    expect(seen).toEqual([1]);
  });
});
