/** Python's Optuna opens studies of AutoSampler. Needs a Python with Optuna, like optuna.test.ts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AutoSampler, categorical, createStudy, float, int, oneOf } from 'asktell';
import { afterAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const script = fileURLToPath(new URL('./open_in_optuna.py', import.meta.url));
const space = {
  model: oneOf({
    svm: { c: float(1e-3, 1e3, { log: true }) },
    tree: { depth: int(1, 8), leaf: categorical([1, 2, 4]) },
  }),
  shift: float(0, 1),
};

describeWithOptuna('Optuna opens a study of AutoSampler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asktell-auto-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['expensive', new AutoSampler({ recipe: { modelTrials: 12, mostModelTrials: 14 } })],
    ['cheap', new AutoSampler({ cost: 'cheap', recipe: { cheapTrials: 10 } })],
  ])('%s', async (cost, sampler) => {
    const path = join(folder, `${cost}.db`);
    const study = await createStudy({ name: 'auto', storage: path, seed: 1, space, sampler });
    await study.optimize(
      ({ params: { model, shift } }) =>
        shift + (model.type === 'svm' ? Math.log10(model.c) ** 2 : Math.abs(model.depth - 5) + model.leaf),
      { trials: 25 },
    );
    const output = spawnSync(python, ['-W', 'ignore', script, path, 'auto'], { encoding: 'utf8' });
    expect(output.stderr).toBe('');
    const seen = JSON.parse(output.stdout) as {
      bestValue: number;
      trials: readonly { readonly [key: string]: unknown }[];
    };
    expect(seen.trials).toHaveLength(25);
    expect(seen.bestValue).toBe(await study.bestValue());
    await study.close();
  });
});
