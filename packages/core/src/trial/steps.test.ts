import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { isAsktellError, isTrialPruned } from '../errors.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage, TrialOp } from '../storage/storage.ts';
import { createStudy } from '../study/create-study.ts';
import { FixedTrial } from './fixed-trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** Stores an attribute at every step, and prunes trials at a step. */
function stopAt(last: number): Pruner {
  return {
    name: 'stop-at',
    config: { version: 1, options: {} },
    decide: (_state, { step, history, number }) => {
      expect(Array.from(history.reports(number).steps).at(-1)).toBe(step);
      return { prune: step >= last, attrs: { decided: step } };
    },
  };
}

function watchedWrites(storage: Storage): (readonly TrialOp[])[] {
  const writes: (readonly TrialOp[])[] = [];
  const write = storage.write.bind(storage);
  storage.write = (study, since, ops, fresh) => {
    if (typeof ops !== 'function') writes.push(ops);
    return write(study, since, ops, fresh);
  };
  return writes;
}

const open = (last: number, storage: Storage = new MemoryStorage()) =>
  createStudy({ sampler, storage, pruner: stopAt(last), metrics: ['loss', 'latency'], log: 'silent' });

describe('trial.steps in take', () => {
  it('ends when the trial is pruned, and tell stores it as pruned', async () => {
    const study = await open(3);
    const seen: number[] = [];
    for await (const trial of study.take({ trials: 2 })) {
      let loss = 9;
      for await (const step of trial.steps({ from: 1, to: trial.number === 0 ? 100 : 2 })) {
        seen.push(step.number);
        loss = 1 / step.number;
        await step.report({ loss, latency: 5 });
      }
      expect([trial.isPruned, trial.signal.aborted]).toEqual([trial.number === 0, trial.number === 0]);
      await study.tell(trial, loss);
    }
    expect(seen).toEqual([1, 2, 3, 1, 2]);
    const trials = await study.trials();
    expect(trials.map(({ state, value }) => [state, value])).toEqual([
      ['pruned', 1 / 3],
      ['complete', 1 / 2],
    ]);
    expect(trials[0]?.intermediateMetrics['latency']?.size).toBe(3);
  });

  it('gives way to a state that is told', async () => {
    const study = await open(1);
    const trial = await study.ask();
    for await (const step of trial.steps()) await step.report(1);
    expect(await study.tell(trial, 7, { state: 'complete' })).toMatchObject({ state: 'complete', value: 7 });
  });

  it('is recorded by tellBatch as well, and only there: shouldPrune leaves the decision to the caller', async () => {
    const study = await open(1);
    const [cut, asked] = [await study.ask(), await study.ask()];
    for await (const step of cut.steps()) await step.report(1);
    await asked.report(1, 1);
    expect([await asked.shouldPrune(), asked.isPruned]).toEqual([true, true]);
    const told = await study.tellBatch([
      { trial: cut, value: 2 },
      { trial: asked, value: 2 },
    ]);
    expect(told.map(({ state }) => state)).toEqual(['pruned', 'complete']);
  });
});

describe('trial.steps in optimize', () => {
  it('ends a pruned trial by TrialPruned', async () => {
    const study = await open(2);
    let isReached = false;
    await study.optimize(
      async (trial) => {
        for await (const step of trial.steps({ from: 0 })) await step.report({ loss: step.number });
        isReached = true;
        return 0;
      },
      { trials: 1 },
    );
    expect(isReached).toBe(false);
    expect((await study.trials())[0]).toMatchObject({ state: 'pruned', value: 2 });
  });

  it('ends a stopped trial by the reason of its signal, and releases it', async () => {
    const study = await open(99);
    let caught: unknown;
    await study.optimize(async (trial) => {
      try {
        for await (const step of trial.steps()) {
          await step.report(1);
          expect(step.signal).toBe(trial.signal);
          if (step.number === 3) study.stop();
        }
      } catch (error) {
        caught = error;
        throw error;
      }
      return 0;
    });
    expect(caught).toMatchObject({ message: 'The study was stopped.' });
    expect((await study.trials())[0]?.state).toBe('running');
    const again = await study.ask();
    expect([again.number, again.isResumed]).toEqual([0, true]);
  });

  it('ends after the last step, also of a loop that awaits nothing', async () => {
    const study = await open(99);
    await study.optimize(
      async (trial) => {
        let steps = 0;
        for await (const step of trial.steps({ from: 5, to: 8 })) {
          steps++;
          step.report({ loss: step.number });
        }
        for await (const step of trial.steps({ from: 3, to: 2 })) expect.unreachable(String(step.number));
        return steps;
      },
      { trials: 1 },
    );
    const [trial] = await study.trials();
    expect([trial?.value, [...(trial?.intermediateValues.keys() ?? [])]]).toEqual([4, [5, 6, 7, 8]]);
  });

  it('serves timers while it runs', async () => {
    const study = await open(Number.POSITIVE_INFINITY);
    await study.optimize(
      async (trial) => {
        for await (const step of trial.steps()) await step.report(step.number);
        return 0;
      },
      { trials: 1, timeout: 30 },
    );
    expect((await study.trials())[0]?.state).toBe('running');
  });
});

describe('step.report', () => {
  it('is one write: the metrics and the decision', async () => {
    const storage = new MemoryStorage();
    const study = await open(99, storage);
    const trial = await study.ask();
    const writes = watchedWrites(storage);
    for await (const step of trial.steps({ to: 3 })) await step.report({ loss: 1, latency: 2 });
    expect(writes.map((ops) => ops.map((op) => (op.kind === 'attr' ? op.key : op.kind)))).toEqual([
      ['asktell:metric', 'report', 'asktell:report:1', 'decided'],
      ['report', 'asktell:report:2', 'decided'],
      ['report', 'asktell:report:3', 'decided'],
    ]);
  });

  it('keeps the report if the loop is left at once, and takes a gradient', async () => {
    const study = await createStudy({ sampler, pruner: stopAt(99), log: 'silent' });
    const trial = await study.ask();
    trial.suggestFloat('x', 0, 1);
    for await (const step of trial.steps()) {
      step.report(4, { gradient: { x: 2 } });
      break;
    }
    const frozen = await study.tell(trial, 4);
    expect([[...frozen.intermediateValues], frozen.gradient]).toEqual([[[1, 4]], { x: 2 }]);
  });

  it('ends the loop with its error', async () => {
    const study = await open(99);
    const trial = await study.ask();
    const loop = async (): Promise<void> => {
      for await (const step of trial.steps()) step.report({ lost: 1 } as never);
    };
    await expect(loop()).rejects.toThrow('no metric "lost"');
    expect(await study.tell(trial, 1)).toMatchObject({ state: 'complete' });
    await expect(loop()).rejects.toThrow('is finished');
  });

  it('asks nothing about a step that was reported before', async () => {
    const study = await open(2);
    const trial = await study.ask();
    await trial.report(1, 1);
    const steps: number[] = [];
    for await (const step of trial.steps()) {
      steps.push(step.number);
      await step.report(9);
    }
    expect(steps).toEqual([1, 2]);
    expect((await study.tell(trial, 1)).intermediateValues).toEqual(
      new Map([
        [1, 1],
        [2, 9],
      ]),
    );
  });

  it('passes a failed write on, and the next write stores the report', async () => {
    const storage = new MemoryStorage();
    const study = await open(99, storage);
    const trial = await study.ask();
    const write = storage.write.bind(storage);
    let isBroken = true;
    storage.write = (...args) => {
      if (isBroken) throw new Error('disk full');
      return write(...args);
    };
    await expect(
      (async () => {
        for await (const step of trial.steps()) await step.report({ loss: 3 });
      })(),
    ).rejects.toThrow('disk full');
    isBroken = false;
    expect([...(await study.tell(trial, 3)).intermediateValues]).toEqual([[1, 3]]);
  });
});

it.each([[{ from: -1 }], [{ to: 0.5 }], [{ start: 1 }], [{ to: Number.NaN }]])(
  'steps(%j) is refused',
  async (options) => {
    const trial = await (await open(1)).ask();
    for (const each of [trial, new FixedTrial({})]) {
      try {
        each.steps(options as object);
        expect.unreachable();
      } catch (error) {
        expect(isAsktellError(error, 'invalid-argument')).toBe(true);
      }
    }
  },
);

it('a FixedTrial has steps that nothing ends early', async () => {
  const trial = new FixedTrial({});
  for await (const step of trial.steps({ to: 3 })) await step.report(step.number);
  expect([trial.intermediateValues.size, trial.isPruned, isTrialPruned(null)]).toEqual([3, false, false]);
});
