import { PendingSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { categorical, float } from '../distribution/validate.ts';
import { AsktellError } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

describe('suggest', () => {
  it('returns at once, and the same value when repeated', async () => {
    const trial = await (await createStudy({ sampler: uniform })).ask();
    const x = trial.suggestFloat('x', 0, 1);
    const n = trial.suggestInt('n', 0, 9, { step: 3 });
    const c = trial.suggestCategorical('c', ['a', null, 1]);
    expect(x >= 0 && x <= 1 && [0, 3, 6, 9].includes(n) && ['a', null, 1].includes(c)).toBe(true);
    expect(trial.suggestFloat('x', 0, 1, {})).toBe(x);
    expect(trial.suggestInt('n', 0, 10, { step: 3, log: false })).toBe(n); // normalised, it is the same range
    expect(trial.suggestCategorical('c', ['a', null, 1])).toBe(c);
    expect(trial.params).toEqual({ x, n, c });
    expect(Object.keys(trial.params)).toEqual(['x', 'n', 'c']);
  });

  it('does not depend on the order', async () => {
    const run = async (names: readonly string[]) => {
      const trial = await (await createStudy({ sampler: uniform, seed: 1 })).ask();
      for (const name of names) trial.suggestFloat(name, 0, 1);
      return trial.params;
    };
    expect(await run(['a', 'b', 'c'])).toEqual(await run(['c', 'a', 'b']));
  });

  it('distinguishes many parameters', async () => {
    const trial = await (await createStudy({ sampler: uniform })).ask();
    const values = Array.from({ length: 60 }, (_, i) => trial.suggestFloat(`x${i}`, 0, 1));
    expect(Array.from({ length: 60 }, (_, i) => trial.suggestFloat(`x${i}`, 0, 1))).toEqual(values);
    expect(new Set(values).size).toBe(60);
  });

  it('a second range inside one trial is refused', async () => {
    const study = await createStudy({ sampler: uniform });
    const trial = await study.ask();
    const x = trial.suggestFloat('x', 0, 1);
    trial.suggestInt('n', 0, 9);
    for (const again of [
      () => trial.suggestFloat('x', 0, 2),
      () => trial.suggestFloat('x', 0, 1, { step: 0.5 }),
      () => trial.suggestInt('n', 0, 9, { step: 3 }),
    ]) {
      const error = await refused('space-conflict', again);
      expect(error.message).toMatch(/Trial 0 has "[xn]" as .* another name/);
    }
    expect(trial.suggestFloat('x', 0, 1)).toBe(x);
    await study.tell(trial, 1); // no harm done
  });

  it('ranges may move between trials; kind, log and choices may not', async () => {
    const study = await createStudy({ sampler: uniform });
    const first = await study.ask();
    first.suggestFloat('x', 0, 1);
    first.suggestInt('n', 1, 9);
    first.suggestCategorical('c', ['a', 'b']);
    await study.tell(first, 1);
    const second = await study.ask();
    expect(second.suggestFloat('x', 5, 6, { step: 0.5 })).toBeGreaterThanOrEqual(5);
    expect(second.suggestInt('n', 20, 30)).toBeGreaterThanOrEqual(20);
    await study.tell(second, 1);
    const third = await study.ask();
    for (const other of [
      () => third.suggestInt('x', 0, 1),
      () => third.suggestFloat('x', 0.1, 1, { log: true }),
      () => third.suggestCategorical('x', [0, 1]),
      () => third.suggestInt('n', 1, 9, { log: true }),
      () => third.suggestCategorical('c', ['b', 'a']),
      () => third.suggestCategorical('c', ['a', 'b', 'c']),
      () => third.suggestCategorical('c', ['a']),
    ])
      expect((await refused('space-conflict', other)).message).toMatch(/in this study and cannot become/);
    await study.tell(third, 1);
    expect((await study.trials())[1]?.distributions['x']).toEqual(float(5, 6, { step: 0.5 }));
  });

  describe('a refused suggest defines nothing', () => {
    const refusing: Sampler = {
      ...uniform,
      sampleOne: (state, ctx, name, dist) => {
        if (dist.kind === 'float' && dist.step === null && dist.high === 1)
          throw new AsktellError('invalid-argument', 'The range must be finite.');
        return uniform.sampleOne?.(state, ctx, name, dist) as number;
      },
    };

    it('an enqueued value out of range', async () => {
      const study = await createStudy({ sampler: uniform });
      await study.enqueue({ lr: 5 });
      const trial = await study.ask();
      await refused('invalid-value', () => trial.suggestFloat('lr', 0, 1));
      expect(trial.suggestFloat('lr', 1e-5, 10, { log: true })).toBe(5);
      expect((await study.tell(trial, 1)).distributions).toEqual({ lr: float(1e-5, 10, { log: true }) });
    });

    it('an enqueued value that is not a choice', async () => {
      const study = await createStudy({ sampler: uniform });
      await study.enqueue({ c: 'z' });
      const trial = await study.ask();
      await refused('invalid-value', () => trial.suggestCategorical('c', ['a', 'b']));
      expect(trial.suggestCategorical('c', ['x', 'z'])).toBe('z');
    });

    it('a fixed value out of range', async () => {
      const study = await createStudy({ sampler: uniform, fixed: { n: 5 } });
      const trial = await study.ask();
      await refused('invalid-value', () => trial.suggestInt('n', 0, 3));
      expect(trial.suggestFloat('n', 0, 9)).toBe(5);
    });

    it('a range that the sampler refuses', async () => {
      const study = await createStudy({ sampler: refusing });
      const trial = await study.ask();
      await refused('invalid-argument', () => trial.suggestFloat('x', 0, 1));
      expect(trial.suggestInt('x', 3, 9)).toBeGreaterThanOrEqual(3);
    });

    it('a second range inside one trial', async () => {
      const study = await createStudy({ sampler: uniform });
      const trial = await study.ask();
      trial.suggestFloat('x', 0, 1);
      await refused('space-conflict', () => trial.suggestFloat('x', 0, 2));
      expect((await study.tell(trial, 1)).distributions).toEqual({ x: float(0, 1) });
    });

    it('a finished trial', async () => {
      const study = await createStudy({ sampler: uniform });
      const trial = await study.ask();
      await study.tell(trial, 1);
      await refused('trial-finished', () => trial.suggestFloat('x', 0, 1));
      expect((await study.ask()).suggestInt('x', 0, 1)).toBeLessThan(2);
    });

    it('a trial that was finished elsewhere', async () => {
      const study = await createStudy({ sampler: uniform });
      const trial = await study.ask();
      await study.tell(trial.number, 1);
      trial.suggestFloat('x', 0, 1); // this handle does not know yet
      await refused('trial-finished', () => trial.report(1, 0));
      expect((await study.ask()).suggestInt('x', 0, 1)).toBeLessThan(2);
    });

    it('a value that the storage refuses', async () => {
      const storage = new MemoryStorage();
      const study = await createStudy({ sampler: uniform, storage });
      const write = storage.write.bind(storage);
      storage.write = () => {
        throw new AsktellError('storage-full', 'The disk is full.');
      };
      const trial = await study.ask();
      trial.suggestFloat('x', 0, 1);
      await refused('storage-full', () => trial.report(1, 0));
      const other = await study.ask();
      other.suggestInt('x', 0, 1);
      storage.write = write;
      await study.tell(other, 1);
      await refused('space-conflict', () => study.tell(trial, 1));
      expect((await study.trials()).map(({ state }) => state)).toEqual(['fail', 'complete']);
    });
  });

  it('refuses invalid names and ranges, and writes nothing', async () => {
    const study = await createStudy({ sampler: uniform });
    const trial = await study.ask();
    for (const name of ['', 5, null, 'n'.repeat(513)])
      await refused('invalid-argument', () => trial.suggestFloat(name as never, 0, 1));
    await refused('invalid-distribution', () => trial.suggestFloat('x', 1, 0));
    await refused('invalid-distribution', () => trial.suggestInt('x', 0, 1.5));
    await refused('invalid-distribution', () => trial.suggestCategorical('x', []));
    await refused('invalid-distribution', () => trial.suggestCategorical('x', [{}] as never));
    trial.suggestFloat('x', 0, 1); // known now
    for (const options of [{ step: 0 }, { step: 0.1, log: true }, { lgo: true }, 0.1])
      await refused('invalid-distribution', () => trial.suggestFloat('x', 0, 1, options as never));
    await refused('invalid-distribution', () => trial.suggestInt('x', 0, 1, null as never));
    expect(Object.keys((await study.tell(trial, 1)).params)).toEqual(['x']);
  });

  it('single-valued parameters are never sampled', async () => {
    const sampler: Sampler = { ...uniform, sampleOne: () => expect.unreachable() };
    const trial = await (await createStudy({ sampler })).ask();
    expect([
      trial.suggestFloat('x', 3, 3),
      trial.suggestInt('n', 2, 4, { step: 9 }),
      trial.suggestCategorical('c', [null]),
    ]).toEqual([3, 2, null]);
  });
});

describe('both forms in one trial', () => {
  const space = { lr: float(0, 1), act: categorical(['relu', 'tanh']) };

  it.each([
    ['one by one', uniform],
    ['jointly', new PendingSampler()],
  ])('declared and suggested parameters can be mixed (sampled %s)', async (_, sampler) => {
    const study = await createStudy({ sampler, space });
    const trial = await study.ask();
    const { lr, act } = trial.params;
    const n = trial.suggestInt('n', 0, 9);
    expect(trial.params).toEqual({ lr, act, n });
    expect([trial.suggestFloat('lr', 0, 1), trial.suggestCategorical('act', ['relu', 'tanh'])]).toEqual([lr, act]);
    await refused('space-conflict', () => trial.suggestFloat('lr', 0, 2));
    await refused('space-conflict', () => trial.suggestInt('lr', 0, 1));
    const told = await study.tell(trial, 1);
    expect([told.params, told.flatParams]).toEqual([
      { lr, act, n },
      { lr, act, n },
    ]);
  });
});

describe('what the sampler sees while parameters are suggested', () => {
  it('the values chosen so far, the enqueued ones, the history of its start, a stream by name', async () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      ...uniform,
      sampleOne: (_state, ctx, name, dist) => {
        const { trial, history, total, space } = ctx;
        const { number, chosen, enqueued } = trial;
        seen.push([
          number,
          name,
          dist.kind,
          Object.fromEntries(chosen),
          Object.fromEntries(enqueued),
          [...history.finished],
          total,
          space.params.length,
        ]);
        expect(ctx.rng(name).float()).toBe(ctx.rng(name).float());
        return dist.kind === 'categorical' ? (dist.choices[0] as string) : dist.low;
      },
    };
    const study = await createStudy({ sampler });
    await study.enqueue({ y: 3 });
    const [trial] = (await study.askBatch(1, { total: 9 })) as [Awaited<ReturnType<typeof study.ask>>];
    trial.suggestFloat('x', 0, 1);
    trial.suggestInt('y', 0, 9);
    await study.addTrial({ value: 1 }); // finished after the start: not seen
    trial.suggestCategorical('z', ['a', 'b']);
    expect(seen).toEqual([
      [0, 'x', 'float', {}, { y: 3 }, [], 9, 0],
      [0, 'z', 'categorical', { x: 0, y: 3 }, { y: 3 }, [], 9, 0],
    ]);
  });
});
