/** Runs studies in Optuna. Needs a Python with Optuna: ASKTELL_PYTHON, or .peers, which .ci/run creates. */
import { type Problem, problems } from '@asktell/testing/problems';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../tests/real-optuna.ts';
import { Peer } from './peer.ts';
import type { RunTask } from './run.ts';

const named = (name: string): Problem => problems.find((problem) => problem.name === name) as Problem;

const task = (problem: string, name: string, rest: Partial<RunTask> = {}): RunTask => ({
  sampler: { label: name, name, options: {} },
  problem,
  seed: 1,
  trials: 30,
  concurrency: 1,
  ...rest,
});

describeWithOptuna(
  'Studies in Optuna',
  () => {
    let peer: Peer;
    beforeAll(() => {
      peer = new Peer(python);
    });
    afterAll(() => {
      peer.close();
    });

    test.each([
      'mixed-boosting',
      'conditional-search',
      'failing-conditional-6',
      'constrained-latency-4',
      'table-mlp-cancer',
      'zdt2-10d-shifted',
    ])('%s: equal seeds give equal studies', async (name) => {
      const problem = named(name);
      const run = async (rest?: Partial<RunTask>) => peer.run(problem, task(name, 'optuna-random', rest));
      const { seconds, ...first } = await run();
      expect(await run()).toMatchObject(first);
      expect((await run({ seed: 2 })).regrets).not.toEqual(first.regrets);
      expect(first.regrets[0]?.at(-1)).toBeGreaterThan(0);
    });

    test('options are passed to the sampler; several trials can be pending', async () => {
      const liar = task('sphere-3d-shifted', 'optuna-tpe', { concurrency: 4 });
      const { distances, regrets } = await peer.run(named('sphere-3d-shifted'), liar);
      expect(distances).toHaveLength(29);
      const sampler = { ...liar.sampler, options: { n_startup_trials: 30 } };
      expect((await peer.run(named('sphere-3d-shifted'), { ...liar, sampler })).regrets).not.toEqual(regrets);
    });

    test('an error in Python is reported, and the next study runs', async () => {
      const several = task('zdt2-10d-shifted', 'optuna-cmaes');
      await expect(peer.run(named('zdt2-10d-shifted'), several)).rejects.toThrow(/Traceback/);
      const next = await peer.run(named('branin-2d-shifted'), task('branin-2d-shifted', 'optuna-random'));
      expect(next.regrets[0]).toHaveLength(2);
    });
  },
  300_000,
);
