import { createStudy, isAsktellError, loadStudy, MemoryStorage, type Sampler, type Trial } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { ConstraintPruner } from './constraint-pruner.ts';

const sampler: Sampler = { name: 'zero', config: { version: 1, options: {} }, supports: {}, sampleOne: () => 0 };

/** The decisions after constraints that are set one after the other, one before each report. */
async function decisions(trial: Trial, constraints: readonly (number | null)[]): Promise<readonly boolean[]> {
  const decided: boolean[] = [];
  for (const [i, value] of constraints.entries()) {
    if (value !== null) await trial.setConstraint(`c${i}`, value);
    await trial.report(0, i + 1);
    decided.push(await trial.shouldPrune());
  }
  return decided;
}

describe('ConstraintPruner', () => {
  it.each<readonly [string, readonly (number | null)[], readonly boolean[]]>([
    ['without constraints', [null, null], [false, false]],
    ['satisfied', [-5, 0, -1e9], [false, false, false]],
    ['violated up to the limit', [1.5, 0.5], [false, false]],
    ['violated beyond the limit together', [1.5, -3, 0.75], [false, false, true]],
    ['violated by infinity', [Number.POSITIVE_INFINITY], [true]],
  ])('%s', async (_, constraints, expected) => {
    const study = await createStudy({ sampler, pruner: new ConstraintPruner({ limit: 2 }) });
    expect(await decisions(await study.ask(), constraints)).toEqual(expected);
  });

  it('waits for warmupSteps', async () => {
    const study = await createStudy({ sampler, pruner: new ConstraintPruner({ limit: 2, warmupSteps: 3 }) });
    expect(await decisions(await study.ask(), [9, null, null])).toEqual([false, false, true]);
  });

  it('remembers the constraints of a trial that runs again, and prunes it at its first report', async () => {
    const storage = new MemoryStorage();
    const options = { name: 's', storage, sampler, pruner: new ConstraintPruner({ limit: 2 }), worker: 'one' };
    const first = await createStudy(options);
    const killed = (await first.take().next()).value as Trial;
    expect(await decisions(killed, [null, null, 5])).toEqual([false, false, true]);
    const again = (await (await loadStudy(options)).take().next()).value as Trial;
    expect(again.number).toBe(killed.number);
    expect(await decisions(again, [null])).toEqual([true]);
  });

  it.each([[{}], [{ limit: -1 }], [{ limit: Number.NaN }], [{ limit: 1, warmupSteps: 0.5 }], [{ limit: 1, most: 2 }]])(
    'refuses %j',
    (options) => {
      let caught: unknown;
      try {
        new ConstraintPruner(options as { limit: number });
      } catch (error) {
        caught = error;
      }
      expect(isAsktellError(caught, 'invalid-argument')).toBe(true);
    },
  );
});
