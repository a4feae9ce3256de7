import { PendingSampler } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

async function start(by: Sampler = sampler): Promise<{ study: Study; warnings: string[] }> {
  const warnings: string[] = [];
  const output = {
    interactive: false,
    columns: 80,
    info: () => {},
    warn: (line: string) => warnings.push(line),
    status: () => {},
  };
  return {
    study: await createStudy({ sampler: by }, { environment: { process: null, output, compileExpression: null } }),
    warnings,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('concurrency', () => {
  it.each([1, 2, 5])('keeps %i trials running at a time', async (concurrency) => {
    const { study, warnings } = await start();
    let running = 0;
    let most = 0;
    await study.optimize(
      async (trial) => {
        running++;
        most = Math.max(most, running);
        for (let i = 0; i <= trial.number % 3; i++) await turn();
        running--;
        return 0;
      },
      { trials: 12, concurrency },
    );
    expect([most, running, (await study.trials()).length]).toEqual([concurrency, 0, 12]);
    expect(warnings).toEqual([]);
  });

  it('never starts more than the budget', async () => {
    for (const trials of [3, { total: 3 }]) {
      const { study } = await start();
      await study.optimize(async () => turn().then(() => 0), { trials, concurrency: 8 });
      expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
    }
  });

  it('warns once that a synchronous objective cannot overlap', async () => {
    const { study, warnings } = await start();
    await study.optimize(() => 0, { trials: 20, concurrency: 3 });
    expect(warnings).toEqual([expect.stringMatching(/synchronous.*concurrency: 3.*promise/)]);
    await study.optimize(() => 0, { trials: 2 });
    expect([warnings.length, (await study.trials()).length]).toEqual([1, 22]);
  });

  it('lets proposals see each other as pending', async () => {
    const space = { x: float(0, 1) };
    const study = await createStudy({ sampler: new PendingSampler(), space, seed: 1 });
    await study.optimize(async () => turn().then(() => 0), { trials: 8, concurrency: 4 });
    const xs = (await study.trials()).map(({ params }) => params.x);
    const gaps = xs.flatMap((a, i) => xs.slice(i + 1).map((b) => Math.abs(a - b)));
    expect(Math.min(...gaps)).toBeGreaterThan(0.01);
  });

  it('an uncaught error aborts the other lanes, waits for them, and is rethrown', async () => {
    const { study } = await start();
    let after = 0;
    const run = study.optimize(
      async (trial) => {
        await turn();
        if (trial.number === 1) throw new Error('broken');
        while (!trial.signal.aborted) await turn();
        await turn();
        after++;
        return 0;
      },
      { concurrency: 3 },
    );
    await expect(run).rejects.toThrow('broken');
    expect(after).toBe(2);
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'fail', 'complete']);
  });

  it('two optimizes of two handles share one total budget exactly', async () => {
    const storage = new MemoryStorage();
    const open = () => createStudy({ name: 's', storage, sampler, loadIfExists: true });
    const studies = [await open(), await open()];
    await Promise.all(
      studies.map((study) =>
        study.optimize(async () => turn().then(() => 0), { trials: { total: 25 }, concurrency: 4 }),
      ),
    );
    const trials = await (studies[0] as Study).trials();
    expect(trials.map(({ number, state }) => [number, state])).toEqual(trials.map((_, i) => [i, 'complete']));
    expect(trials).toHaveLength(25);
  });
});

describe('callbacks', () => {
  it('run after each trial, in order, one at a time, with the stored trial', async () => {
    const { study } = await start();
    const log: string[] = [];
    let inside = 0;
    const callback = (name: string) => async (trial: { number: number; state: string }) => {
      expect(++inside).toBe(1);
      expect((await study.trials())[trial.number]?.state).toBe(trial.state);
      await turn();
      log.push(`${name}${trial.number}`);
      inside--;
    };
    await study.optimize(
      async (trial) => {
        await turn();
        if (trial.number === 1) throw new Error('caught');
        return 0;
      },
      { trials: 4, concurrency: 4, catch: true, callbacks: [callback('a'), callback('b')] },
    );
    expect(log).toHaveLength(8);
    for (let i = 0; i < 8; i += 2) expect(log[i]?.slice(1)).toBe(log[i + 1]?.slice(1));
    expect(log.filter((entry) => entry.startsWith('a')).sort()).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  it('that throw end the call: the trial stays as it was stored', async () => {
    for (const objective of [() => 1, async () => 1]) {
      const { study, warnings } = await start();
      const run = study.optimize(objective, {
        trials: 5,
        catch: true, // the objective's errors, not those of callbacks
        callbacks: [
          ({ number }) => {
            if (number === 1) throw new Error('callback broke');
          },
        ],
      });
      await expect(run).rejects.toThrow('callback broke');
      expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete']);
      expect(warnings).toEqual([]);
    }
  });
});

describe('a storage that fails', () => {
  class Failing extends MemoryStorage {
    left = Number.POSITIVE_INFINITY;
    override write(...args: Parameters<MemoryStorage['write']>): ReturnType<MemoryStorage['write']> {
      if (--this.left < 0) throw new Error('disk on fire');
      return super.write(...args);
    }
  }

  it('ends the call; the trial is not marked as failed, and is resumed', async () => {
    for (const objective of [() => 1, async () => 1]) {
      const storage = new Failing();
      const study = await createStudy({ sampler, storage });
      storage.left = 2;
      await expect(study.optimize(objective, { trials: 5 })).rejects.toThrow('disk on fire');
      storage.left = Number.POSITIVE_INFINITY;
      expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete', 'running']);
      await study.optimize(objective, { trials: 1 });
      expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
    }
  });
});
