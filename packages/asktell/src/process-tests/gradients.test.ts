/** Studies with gradients, in a file: resumed, over each base, and shared with Optuna (skipped without a Python that has it). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replayProposal } from '@asktell/core';
import {
  CmaEsSampler,
  createStudy,
  DifferentialEvolutionSampler,
  float,
  GpSampler,
  HypergradientSampler,
  loadStudy,
  RandomSampler,
  type Sampler,
  type Study,
  TpeSampler,
} from 'asktell';
import { afterAll, describe, expect, it, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-gradients-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const space = { lr: float(1e-5, 1, { log: true }), x: float(-3, 3) };
type Params = { readonly lr: number; readonly x: number };

/** Tells `count` trials with their gradients. Without a `value`, x² + lr. */
async function run(study: Study<Params>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const trial = await study.ask();
    const { lr, x } = trial.params;
    await study.tell(trial, x * x + lr, { gradient: { x: 2 * x, lr: 1 } });
  }
}

const bases: readonly (readonly [string, () => Sampler])[] = [
  ['tpe', () => new TpeSampler()],
  ['gp', () => new GpSampler()],
  ['cmaes', () => new CmaEsSampler({ populationSize: 5 })],
  ['differential-evolution', () => new DifferentialEvolutionSampler({ populationSize: 6 })],
  ['random', () => new RandomSampler()],
];

describe('a study with gradients in a file', () => {
  it.each(bases)('goes on over %s as if it had not been closed, and can be replayed', async (name, make) => {
    const lines = async (pauses: readonly number[], file: string): Promise<readonly unknown[]> => {
      const storage = join(folder, file);
      for (const count of pauses) {
        const sampler = new HypergradientSampler({ base: make() });
        const options = { name: 's', storage, space, seed: 5, loadIfExists: true as const };
        // The second time, the sampler is restored from the file.
        const isNew = count === pauses[0];
        const study = isNew ? await createStudy({ ...options, sampler }) : await loadStudy({ storage, space });
        expect(study.sampler.config).toEqual(sampler.config);
        await run(study as unknown as Study<Params>, count);
        await study.close();
      }
      const study = await loadStudy({ storage, space });
      const trials = await study.trials();
      for (const { number, params } of trials.slice(20))
        expect(await replayProposal(study, number)).toMatchObject(params);
      await study.close();
      return trials.map(({ params, value }) => [params, value]);
    };
    const whole = await lines([30], `${name}-whole.db`);
    expect(await lines([13, 17], `${name}-parts.db`)).toEqual(whole);
  });
});

describeWithOptuna('Optuna reads and continues a study with gradients', () => {
  test('and the sampler goes on after it', { timeout: 300_000 }, async () => {
    const storage = join(folder, 'optuna.db');
    const sampler = new HypergradientSampler();
    const study = await createStudy({ name: 'shared', storage, space, sampler, seed: 2 });
    await run(study as unknown as Study<Params>, 15);
    const script = fileURLToPath(new URL('./gradients_in_optuna.py', import.meta.url));
    const { stdout, stderr } = spawnSync(python, ['-W', 'ignore', script, storage, 'shared', '5'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const seen = JSON.parse(stdout) as readonly { readonly [field: string]: unknown }[];
    expect(seen).toHaveLength(20);
    await run(study as unknown as Study<Params>, 10);
    const trials = await study.trials();
    expect(trials).toHaveLength(30);
    for (const [number, { state, value, params, gradient }] of seen.entries()) {
      expect(state).toBe('COMPLETE');
      const told = number < 15 ? { x: 2 * (params as Params).x, lr: 1 } : null;
      expect(gradient).toEqual(told);
      const { [number]: ours } = trials;
      expect([ours?.value, ours?.params, ours?.gradient]).toEqual([value, params, told]);
    }
  });
});
