import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { ErrorCode } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { StudyEnvironment } from '../study/study-options.ts';
import type { TellOptions } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

async function start(directions: Directions = ['minimize']): Promise<{ study: Study; warnings: string[] }> {
  const warnings: string[] = [];
  const environment: StudyEnvironment = {
    process: null,
    output: { interactive: false, columns: 80, info: () => {}, warn: (line) => warnings.push(line), status: () => {} },
    compileExpression: null,
  };
  return { study: await createStudy({ sampler: uniform, directions }, { environment }), warnings };
}

/** What a running trial is told, and how it ends. `words` are part of the error message. */
interface Row {
  readonly value?: unknown;
  readonly options?: TellOptions;
  readonly state?: string;
  readonly values?: readonly number[];
  readonly failure?: string;
  readonly code?: ErrorCode;
  readonly words?: readonly string[];
}

const inf = Number.POSITIVE_INFINITY;

const one: readonly Row[] = [
  { value: 1.5, state: 'complete', values: [1.5] },
  { value: [1.5], state: 'complete', values: [1.5] },
  { value: -0, state: 'complete', values: [0] },
  { value: inf, state: 'complete', values: [inf] },
  { value: -inf, state: 'complete', values: [-inf] },
  { value: 2, options: { state: 'complete' }, state: 'complete', values: [2] },
  { value: Number.NaN, state: 'fail', failure: 'nan' },
  { value: [Number.NaN], state: 'fail', failure: 'nan' },
  { options: { state: 'fail' }, state: 'fail', failure: 'told' },
  { value: null, options: { state: 'fail', reason: 'disk full' }, state: 'fail', failure: 'told' },
  { options: { state: 'pruned' }, state: 'pruned' },
  { code: 'invalid-value', words: ['value is missing', 'a number', 'study.fail'] },
  { value: null, code: 'invalid-value', words: ['value is missing'] },
  { options: { state: 'complete' }, code: 'invalid-value', words: ['value is missing'] },
  { value: '1', code: 'invalid-value', words: ['"1"', 'must be a number'] },
  { value: true, code: 'invalid-value', words: ['true'] },
  { value: 1n, code: 'invalid-value', words: ['1n'] },
  { value: { loss: 1 }, code: 'invalid-value', words: ['{"loss":1}'] },
  { value: [], code: 'invalid-value', words: ['0 value(s)', '1 objective(s)'] },
  { value: [1, 2], code: 'invalid-value', words: ['2 value(s)', '[1,2]', '1 objective(s)'] },
  { value: [1, '2'], code: 'invalid-value', words: ['"2"'] },
  { value: Number.NaN, options: { state: 'complete' }, code: 'invalid-value', words: ['NaN', 'Omit the state'] },
  { value: 1, options: { state: 'fail' }, code: 'invalid-value', words: ["'fail'", '1'] },
  { value: 1, options: { state: 'pruned' }, code: 'invalid-value', words: ["'pruned'"] },
  { value: 1, options: { state: 'running' as never }, code: 'invalid-argument', words: ['"running"'] },
  { options: { state: 'waiting' as never }, code: 'invalid-argument', words: ['"waiting"', "'complete'"] },
  { value: 1, options: { status: 'fail' } as never, code: 'invalid-argument', words: ['"status"', 'state'] },
  { value: 1, options: 'fail' as never, code: 'invalid-argument', words: ['"fail"'] },
];

const two: readonly Row[] = [
  { value: [1, inf], state: 'complete', values: [1, inf] },
  { value: [1, Number.NaN], state: 'fail', failure: 'nan' },
  { options: { state: 'pruned' }, state: 'pruned' },
  { value: 1, code: 'invalid-value', words: ['1 value(s)', '2 objective(s)'] },
  { value: [1, 2, 3], code: 'invalid-value', words: ['3 value(s)'] },
  { code: 'invalid-value', words: ['2 numbers'] },
];

const rows = [
  ...one.map((row) => [['minimize'] as Directions, row] as const),
  ...two.map((row) => [['minimize', 'maximize'] as Directions, row] as const),
];

describe.each(['trial', 'number', 'frozen'] as const)('tell, of a running trial, by %s', (by) => {
  it.each(rows)('%j: %o', async (directions, row) => {
    const { study, warnings } = await start(directions);
    const trial = await study.ask();
    const target = by === 'trial' ? trial : by === 'number' ? 0 : ((await study.trials())[0] as { number: number });
    const act = () => study.tell(target, row.value as number, row.options);
    if (row.code !== undefined) {
      const error = await refused(row.code, act);
      for (const word of row.words ?? []) expect(error.message).toContain(word);
      expect((await study.trials())[0]?.state).toBe('running');
      expect(warnings).toEqual([]);
      await study.tell(
        trial,
        directions.map(() => 0),
      ); // it can still be told
      return;
    }
    const told = await act();
    expect(told).toMatchObject({ number: 0, state: row.state, values: row.values });
    expect(told.failure?.code).toBe(row.failure);
    expect(told.datetimeComplete).toBeInstanceOf(Date);
    if (row.failure === 'nan') expect(warnings).toEqual([expect.stringMatching(/^Trial 0 failed \(nan\): .*NaN/)]);
    else expect(warnings).toEqual([]);
    if (row.options?.reason !== undefined) expect(told.failure?.message).toBe(row.options.reason);
  });
});

describe('a pruned trial', () => {
  const prune = async (
    reports: readonly (readonly [number, number])[],
    by: 'trial' | 'number',
    directions?: Directions,
  ) => {
    const { study } = await start(directions);
    const trial = await study.ask();
    for (const [value, step] of reports) await trial.report(value, step);
    return (await study.tell(by === 'trial' ? trial : 0, undefined, { state: 'pruned' })).values;
  };

  it.each(['trial', 'number'] as const)('gets the value reported at its last step (by %s)', async (by) => {
    expect(
      await prune(
        [
          [3, 0],
          [2, 5],
          [1, 4],
        ],
        by,
      ),
    ).toEqual([2]);
    expect(await prune([[inf, 0]], by)).toEqual([inf]);
    expect(
      await prune(
        [
          [3, 0],
          [Number.NaN, 1],
        ],
        by,
      ),
    ).toBeUndefined();
    expect(await prune([], by)).toBeUndefined();
    expect(await prune([[3, 0]], by, ['minimize', 'minimize'])).toBeUndefined();
  });
});

describe('tell, of a trial in another state', () => {
  it('refuses finished trials, or skips them', async () => {
    const { study, warnings } = await start();
    const trial = await study.ask();
    await study.tell(trial, 1);
    for (const target of [trial, 0]) {
      const error = await refused('trial-finished', () => study.tell(target, 2));
      expect(error.message).toContain('skipIfFinished');
      expect(await study.tell(target, 2, { skipIfFinished: true })).toMatchObject({ state: 'complete', value: 1 });
      expect(await study.tell(target, undefined, { state: 'fail', skipIfFinished: true })).toMatchObject({ value: 1 });
      await study.tell(target, Number.NaN, { skipIfFinished: true });
    }
    expect(warnings).toEqual([]);
  });

  it('also if another worker has told it in the meantime', async () => {
    const { study } = await start();
    const trial = await study.ask();
    await study.tell(0, 1);
    await refused('trial-finished', () => study.tell(trial, 2));
    expect(await study.tell(trial, Number.NaN, { skipIfFinished: true })).toMatchObject({ value: 1 });
  });

  it('refuses waiting and unknown ones', async () => {
    const { study } = await start();
    await study.enqueue({ x: 1 });
    expect((await refused('trial-waiting', () => study.tell(0, 1))).message).toContain('Ask for it');
    await refused('trial-waiting', () => study.tell(0, 1, { skipIfFinished: true }));
    expect((await refused('trial-not-found', () => study.tell(7, 1))).message).toMatch(/no trial 7.*has 1/);
    for (const target of [-1, 0.5, '0', null, undefined, {}, Number.NaN])
      await refused('invalid-argument', () => study.tell(target as never, 1));
  });

  it('refuses trials of another study', async () => {
    const storage = new MemoryStorage();
    const a = await createStudy({ name: 'a', storage, sampler: uniform });
    const b = await createStudy({ name: 'b', storage, sampler: uniform });
    const elsewhere = await createStudy({ name: 'b', sampler: uniform });
    await b.ask();
    for (const study of [a, elsewhere]) {
      const error = await refused('trial-not-found', async () => b.tell(await study.ask(), 1));
      expect(error.message).toContain(`"${study.name}"`);
    }
    expect((await b.trials())[0]?.state).toBe('running');
  });

  it('accepts a trial through another handle of the same study', async () => {
    const storage = new MemoryStorage();
    const one = await createStudy({ name: 'a', storage, sampler: uniform });
    const two = await createStudy({ name: 'a', storage, sampler: uniform, loadIfExists: true });
    const trial: Trial = await one.ask();
    const x = trial.suggestFloat('x', 0, 1);
    expect(await two.tell(trial, 3)).toMatchObject({ value: 3, params: { x } });
  });
});

describe('after tell', () => {
  it('the trial refuses everything', async () => {
    const { study } = await start();
    const trial = await study.ask();
    await study.tell(trial, 1);
    await refused('trial-finished', () => trial.suggestFloat('x', 0, 1));
    await refused('trial-finished', () => trial.suggestInt('n', 0, 1));
    await refused('trial-finished', () => trial.suggestCategorical('c', ['a']));
    await refused('trial-finished', () => trial.report(1, 0));
    await refused('trial-finished', () => trial.shouldPrune());
    await refused('trial-finished', () => trial.setUserAttr('k', 1));
    await refused('trial-finished', () => trial.setConstraint('c', 1));
    expect((await study.trials())[0]).toMatchObject({ params: {}, userAttrs: {} });
  });
});
