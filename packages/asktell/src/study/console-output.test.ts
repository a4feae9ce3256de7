import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  AsktellError,
  categorical,
  createStudy,
  float,
  group,
  loadStudy,
  MemoryStorage,
  oneOf,
  RandomSampler,
  TrialPruned,
} from '../index.ts';

/** What `console.log` prints, without what differs from run to run. */
const printed = (value: unknown): string =>
  inspect(value, { breakLength: 100 })
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
    .replace(/duration: [\d.]+/g, 'duration: MS');

const space = {
  lr: float(1e-5, 0.1, { log: true }),
  model: oneOf({ svm: { c: float(0, 1) }, none: {} }),
  g: group({ act: categorical(['relu', null]) }),
};

test('of a study, a trial and a frozen trial: settings, state, params, values, attributes', async () => {
  const storage = new MemoryStorage();
  const study = await createStudy({ name: 'svm', storage, space, sampler: new RandomSampler(), seed: 1 });
  await study.setUserAttr('data', 'penguins');
  await study.enqueue({ lr: 0.01, model: { type: 'svm', c: 0.5 }, g: { act: null } });
  await study.enqueue({ lr: 0.02, model: { type: 'none' }, g: { act: 'relu' } });
  await study.optimize(
    async (trial) => {
      await trial.report(9, 0);
      if (trial.number === 1) throw new TrialPruned();
      await trial.setUserAttr('seconds', 3);
      return trial.params.lr;
    },
    { trials: 2 },
  );
  expect(printed(study)).toMatchInlineSnapshot(`
    "Study {
      name: 'svm',
      direction: 'minimize',
      sampler: 'random',
      pruner: 'learning-curve',
      storage: 'MemoryStorage',
      space: {
        lr: 'float(0.00001, 0.1, { log: true })',
        model: 'categorical(["svm","none"])',
        'model.svm.c': 'float(0, 1)',
        'g.act': 'categorical(["relu",null])'
      },
      userAttrs: { data: 'penguins' },
      trials: { complete: 1, pruned: 1 },
      bestTrial: FrozenTrial {
        number: 0,
        state: 'complete',
        value: 0.01,
        params: { lr: 0.01, model: { type: 'svm', c: 0.5 }, g: { act: null } },
        intermediateValues: Map(1) { 0 => 9 },
        userAttrs: { seconds: 3 },
        datetimeStart: DATE,
        datetimeComplete: DATE,
        duration: MS
      }
    }"
  `);
  expect((await study.trials()).map(printed).join('\n')).toMatchInlineSnapshot(`
    "FrozenTrial {
      number: 0,
      state: 'complete',
      value: 0.01,
      params: { lr: 0.01, model: { type: 'svm', c: 0.5 }, g: { act: null } },
      intermediateValues: Map(1) { 0 => 9 },
      userAttrs: { seconds: 3 },
      datetimeStart: DATE,
      datetimeComplete: DATE,
      duration: MS
    }
    FrozenTrial {
      number: 1,
      state: 'pruned',
      value: 9,
      params: { lr: 0.02, model: { type: 'none' }, g: { act: 'relu' } },
      intermediateValues: Map(1) { 0 => 9 },
      datetimeStart: DATE,
      datetimeComplete: DATE,
      duration: MS
    }"
  `);

  await study.enqueue({ lr: 0.03, model: { type: 'none' }, g: { act: 'relu' } });
  const trial = await study.ask();
  await trial.report(0.5, 0);
  await trial.setUserAttr('host', 'a');
  await trial.setConstraint('size', -1);
  expect(printed(trial)).toMatchInlineSnapshot(`
    "Trial {
      number: 2,
      state: 'running',
      params: { lr: 0.03, model: { type: 'none' }, g: { act: 'relu' } },
      intermediateValues: Map(1) { 0 => 0.5 },
      constraints: { size: -1 },
      userAttrs: { host: 'a' }
    }"
  `);
  await study.tell(trial, undefined, { state: 'fail', reason: 'out of memory' });
  expect(printed(trial)).toContain("failure: { code: 'told', message: 'out of memory' }");

  // Another handle prints what is stored, without having read it before.
  expect(printed(await loadStudy({ storage, space }))).toContain('trials: { complete: 1, pruned: 1, fail: 1 }');
  expect(printed({ deep: { nested: [study] } })).toContain('[Study]');
});

test('of a study with two objectives: its Pareto front', async () => {
  const study = await createStudy({
    name: 'two',
    directions: ['minimize', 'maximize'],
    metricNames: ['loss', 'score'],
  });
  await study.optimize(() => [1, 2], { trials: 1 });
  expect(printed(study)).toMatchInlineSnapshot(`
    "Study {
      name: 'two',
      directions: [ 'minimize', 'maximize' ],
      metricNames: [ 'loss', 'score' ],
      sampler: 'auto',
      pruner: 'nop',
      storage: 'MemoryStorage',
      trials: { complete: 1 },
      bestTrials: [
        FrozenTrial {
          number: 0,
          state: 'complete',
          values: [ 1, 2 ],
          params: {},
          datetimeStart: DATE,
          datetimeComplete: DATE,
          duration: MS
        }
      ]
    }"
  `);
});

test('in Deno', async () => {
  const study = await createStudy({ name: 'deno' });
  const method = (study as unknown as { readonly [key: symbol]: unknown })[Symbol.for('Deno.customInspect')] as (
    format: (value: unknown, options: object) => string,
    options: object,
  ) => string;
  expect(method.call(study, (value) => Object.keys(value as object).join(), {})).toMatch(/^Study name,direction/);
});

test('of a study whose storage is closed', async () => {
  const storage = new MemoryStorage();
  const study = await createStudy({ name: 'closed', storage });
  storage.close();
  expect(printed(study)).toContain("name: 'closed'");
});

test('of an error: no position unless it has one', () => {
  expect(inspect(new AsktellError('exhausted', 'No.'))).not.toContain('position');
  expect(inspect(new AsktellError('invalid-expression', 'No.', { position: 3 }))).toContain('position: 3');
});

test('`await using` closes a study', async () => {
  const storage = new MemoryStorage();
  const study = await createStudy({ name: 'using', storage });
  await study[Symbol.asyncDispose]();
  expect(await loadStudy({ storage }).then(({ name }) => name)).toBe('using'); // the storage was passed as an object
  const owned = await createStudy({ name: 'owned' });
  await owned[Symbol.asyncDispose]();
  await expect(owned.trials()).rejects.toMatchObject({ code: 'storage-closed' });
});
