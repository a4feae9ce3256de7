import {
  categorical,
  createStudy,
  float,
  fromUnit,
  int,
  isAsktellError,
  keys,
  loadStudy,
  MemoryStorage,
  oneOf,
  readNote,
  replayProposal,
  type Space,
  type Trial,
  type TrialRecord,
  toExternal,
  where,
} from '@asktell/core';
import { HaltonSequence, SobolSequence } from '@asktell/numerics';
import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import type { QmcOptions } from './options.ts';
import { QmcSampler } from './qmc-sampler.ts';

const quiet = {
  process: null,
  output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
  compileExpression: null,
};

async function run(space: Space, sampler: QmcSampler, trials: number, seed = 1): Promise<readonly object[]> {
  const study = await createStudy({ space, sampler, seed });
  await study.optimize(() => 0, { trials });
  return (await study.trials()).map(({ flatParams }) => flatParams);
}

/** The index of the point in a trial's note. */
function pointOf({ systemAttrs }: TrialRecord): number {
  const note = readNote(systemAttrs?.get(keys.note))?.sampler as { readonly point: number } | undefined;
  return note?.point ?? Number.NaN;
}

describe('QmcSampler on a declared space', () => {
  it.each([
    ['sobol', true],
    ['sobol', false],
    ['halton', true],
    ['halton', false],
  ] as const)('proposes the points of the sequence in order (%s, scramble: %s)', async (sequence, scramble) => {
    const space = { a: float(0, 1), lr: float(1e-4, 1, { log: true }), only: int(3, 3), b: categorical(['x', 'y']) };
    const points =
      sequence === 'sobol'
        ? new SobolSequence(3, { scramble: scramble ? 'owen' : 'none', seed: 11 })
        : new HaltonSequence(3, { scramble, seed: 11 });
    const tried = await run(space, new QmcSampler({ sequence, scramble }), 20, 11);
    for (const params of tried) {
      const [a, lr, b] = points.next() as unknown as [number, number, number];
      const values = [space.a, space.lr, space.b].map((dist, i) =>
        toExternal(dist, fromUnit(dist, [a, lr, b][i] as number)),
      );
      expect(params).toEqual({ a: values[0], lr: values[1], only: 3, b: values[2] });
    }
    expect(tried).toHaveLength(20);
  });

  it('covers 64 steps once in 64 trials, and each pair of four choices and four branches four times', async () => {
    const space = {
      step: int(1, 64),
      act: categorical(['a', 'b', 'c', 'd']),
      model: oneOf({ p: { u: float(0, 1) }, q: { u: float(0, 1) }, r: {}, s: { v: int(0, 1) } }),
    };
    const tried = (await run(space, new QmcSampler(), 64)) as readonly { step: number; act: string; model: string }[];
    expect(new Set(tried.map(({ step }) => step)).size).toBe(64);
    const pairs = new Map<string, number>();
    for (const { act, model } of tried) pairs.set(act + model, (pairs.get(act + model) ?? 0) + 1);
    expect([...pairs.values()].sort()).toEqual(new Array(16).fill(4));
  });

  it('scrambles with the study seed or its own seed, or not at all', async () => {
    const space = { x: float(0, 1) };
    const one = await run(space, new QmcSampler(), 4, 1);
    expect(await run(space, new QmcSampler(), 4, 1)).toEqual(one);
    expect(await run(space, new QmcSampler(), 4, 2)).not.toEqual(one);
    expect(await run(space, new QmcSampler({ seed: 1 }), 4, 2)).toEqual(one);
    const plain = await run(space, new QmcSampler({ scramble: false }), 4, 2);
    expect(plain).toEqual([{ x: 0 }, { x: 0.5 }, { x: 0.75 }, { x: 0.25 }]);
  });

  it('gives each trial of a batch its own point', async () => {
    const study = await createStudy({ space: { x: float(0, 1) }, sampler: new QmcSampler({ scramble: false }) });
    const trials = await study.askBatch(3);
    expect(trials.map(({ params }) => params.x)).toEqual([0, 0.5, 0.75]);
    await study.tell(trials[1] as Trial, 0);
    expect((await study.ask()).params.x).toBe(0.25);
  });

  it('draws the free parameters of enqueued trials uniformly within where, and uses no point for them', async () => {
    const space = where({ x: float(0, 1), y: float(0, 1) }, (p) => p.x < p.y);
    const study = await createStudy({ space, sampler: new QmcSampler({ scramble: false }), seed: 4 });
    await study.enqueue({ x: 0.5 });
    await study.enqueue({ x: 0.5 });
    const fixed = [await study.ask(), await study.ask()].map(({ params }) => params);
    expect(fixed.map(({ x }) => x)).toEqual([0.5, 0.5]);
    expect(fixed[0]?.y).not.toBe(fixed[1]?.y);
    for (const { y } of fixed) expect(y).toBeGreaterThan(0.5);
    expect((await study.ask()).params).toEqual({ x: 0.25, y: 0.75 }); // the first point below the diagonal
  });

  it('uses the points of the sequence for parameters that the study does not fix', async () => {
    const space = where({ x: float(0, 1), y: float(0, 1) }, (p) => p.x < p.y);
    const study = await createStudy({ space, sampler: new QmcSampler({ scramble: false }), fixed: { x: 0.4 } });
    await study.optimize(() => 0, { trials: 4 });
    const plain = Array.from({ length: 8 }, (_, k) => new SobolSequence(2).coordinate(k, 1));
    const tried = (await study.trials()).map(({ params }) => params);
    expect(tried).toEqual(plain.filter((y) => y > 0.4).map((y) => ({ x: 0.4, y })));
  });

  it('runs a separate sequence for each space of a study', async () => {
    const study = await createStudy({ sampler: new QmcSampler({ scramble: false }) });
    const xs: number[] = [];
    for (let k = 0; k < 4; k++) {
      const one = await study.ask({ x: float(0, 1) });
      const two = await study.ask({ x: float(0, 2) });
      xs.push(one.params.x, two.params.x);
      await study.tell(one, 0);
      await study.tell(two, 0);
    }
    expect(xs).toEqual([0, 0, 0.5, 1, 0.75, 1.5, 0.25, 0.5]);
  });

  it('starts at point 0 with another sequence, and continues when the first sequence returns', async () => {
    const storage = new MemoryStorage();
    const options = { name: 's', storage };
    const host = { environment: quiet, builtIn: { samplers: [QmcSampler], pruners: [] } };
    const [sobol, halton] = [
      new QmcSampler({ scramble: false }),
      new QmcSampler({ scramble: false, sequence: 'halton' }),
    ];
    await createStudy({ ...options, space: { x: float(0, 1), y: float(0, 1) }, sampler: sobol }, host);
    const next = async (sampler?: QmcSampler): Promise<unknown> => {
      const study = await loadStudy({ ...options, ...(sampler === undefined ? {} : { sampler }) }, host);
      const trial = await study.ask();
      await study.tell(trial, 0);
      return trial.params;
    };
    expect([await next(), await next()]).toEqual([
      { x: 0, y: 0 },
      { x: 0.5, y: 0.5 },
    ]);
    expect([await next(halton), await next()]).toEqual([
      { x: 0, y: 0 },
      { x: 0.5, y: 1 / 3 },
    ]);
    expect(await next(sobol)).toEqual({ x: 0.75, y: 0.25 });
  });

  it('rejects more parameters than the sequence has dimensions', async () => {
    const most = SobolSequence.maxDimensions;
    const wide = (n: number): Space => Object.fromEntries(Array.from({ length: n }, (_, i) => [`x${i}`, float(0, 1)]));
    const fits = await createStudy({ space: { ...wide(most), constant: int(1, 1) }, sampler: new QmcSampler() });
    expect(Object.keys((await fits.ask()).params)).toHaveLength(most + 1);
    const study = await createStudy({ space: wide(most + 1), sampler: new QmcSampler() });
    const error = await refused('unsupported', () => study.ask());
    expect(error.message).toContain(
      "must have at most 1111 parameters for the sobol sequence, not 1112. Use new QmcSampler({ sequence: 'halton' })",
    );
    const halton = await createStudy({ space: wide(most + 1), sampler: new QmcSampler({ sequence: 'halton' }) });
    expect(Object.keys((await halton.ask()).params)).toHaveLength(most + 1);
  });

  it('checks a forbidden point at most a few times, for any number of trials', async () => {
    let looks = 0;
    const space = where({ x: float(0, 1), y: float(0, 1) }, (p) => {
      looks++;
      return p.x + p.y < 0.3;
    });
    const study = await createStudy({ space, sampler: new QmcSampler() });
    await study.optimize(() => 0, { trials: 100 });
    const trials = await study.trials();
    const points = Math.max(...trials.map(({ record }) => pointOf(record)));
    expect(points).toBeGreaterThan(1500);
    expect(looks).toBeLessThan(3 * points);
  });

  it('keeps the order of the sequence where repeats are avoided, and skips a repeat once', async () => {
    const space = { a: int(0, 9), b: int(0, 9) };
    const study = await createStudy({ space, sampler: new QmcSampler(), seed: 2, duplicates: 'avoid' });
    await study.optimize(() => 0, { trials: 70 });
    const sequence = new SobolSequence(2, { scramble: 'owen', seed: 2 });
    const inOrder = new Set<string>();
    const fresh: number[] = [];
    while (inOrder.size < 70) {
      const index = sequence.index;
      const [a, b] = Array.from(sequence.next(), (u) => Math.floor(u * 10)) as [number, number];
      if (!inOrder.has(`${a} ${b}`)) fresh.push(index);
      inOrder.add(`${a} ${b}`);
    }
    const trials = await study.trials();
    expect(trials.map(({ params }) => `${params.a} ${params.b}`)).toEqual([...inOrder]);
    expect(trials.map(({ record }) => pointOf(record))).toEqual(fresh);
    expect(fresh[69]).toBeGreaterThanOrEqual(69 + 16); // more repeats than one ask would skip
  });

  it('throws when where forbids every point', async () => {
    const space = where({ x: float(0, 1) }, () => false);
    const study = await createStudy({ space, sampler: new QmcSampler() });
    await refused('unsatisfiable-space', () => study.ask());
    expect(await study.trials()).toEqual([]);
  });
});

describe('QmcSampler on a define-by-run study', () => {
  it('draws uniformly until a trial has finished, then follows the sequence', async () => {
    const study = await createStudy({ sampler: new QmcSampler({ scramble: false }), seed: 2 });
    const points: number[][] = [];
    await study.optimize(
      (trial) => {
        points.push([trial.suggestFloat('b', 0, 1), trial.suggestFloat('a', 0, 2), trial.suggestInt('one', 1, 1)]);
        return 0;
      },
      { trials: 5 },
    );
    // Dimensions follow the sorted names, so `a` has the first.
    expect(points.slice(1)).toEqual([
      [0, 0, 1],
      [0.5, 1, 1],
      [0.25, 1.5, 1],
      [0.75, 0.5, 1],
    ]);
    expect(points[0]).not.toEqual([0, 0, 1]);
  });

  it('skips points that repeat other trials where the study avoids repeats', async () => {
    for (const sequence of ['sobol', 'halton'] as const) {
      const study = await createStudy({ sampler: new QmcSampler({ sequence }), seed: 2, duplicates: 'avoid' });
      await study.optimize((trial) => trial.suggestInt('x', 1, 3) + trial.suggestInt('y', 1, 4), { trials: 12 });
      const trials = await study.trials();
      expect(new Set(trials.map(({ flatParams }) => JSON.stringify(flatParams))).size).toBe(12);
      for (const { number, flatParams } of trials) expect(await replayProposal(study, number)).toEqual(flatParams);
    }
  });

  it('keeps the dimension of each name when names appear or disappear and ranges change', async () => {
    const study = await createStudy({ sampler: new QmcSampler({ seed: 8 }) });
    const seen: [number, string, number][] = [];
    for (let k = 0; k < 40; k++) {
      const trial = await study.ask();
      const model = trial.suggestCategorical('model', ['p', 'q']);
      seen.push([trial.number, 'model', model === 'p' ? 0 : 1]);
      const width = k < 20 ? 1 : 2;
      seen.push([trial.number, model, trial.suggestFloat(model, 0, width) / width]);
      if (k >= 10) seen.push([trial.number, 'late', trial.suggestFloat('late', 0, 1)]);
      await study.tell(trial, 0);
    }
    const dimensionOf = new Map(Object.entries({ model: 0 }));
    const first = seen.find(([, name]) => name !== 'model')?.[1] as string;
    dimensionOf
      .set('model', ['model', first].sort().indexOf('model'))
      .set(first, ['model', first].sort().indexOf(first));
    dimensionOf.set(first === 'p' ? 'q' : 'p', 2).set('late', 3);
    const known = new Map<string, number>(); // name -> first trial that had it
    const sequence = new SobolSequence(4, { scramble: 'owen', seed: 8 });
    let checked = 0;
    for (const [number, name, unit] of seen) {
      const since = known.get(name);
      if (since === undefined) known.set(name, number);
      if (since === undefined || since === number) continue;
      const u = sequence.coordinate(number - 1, dimensionOf.get(name) as number); // trial 0 has no point
      if (name === 'model') expect(unit).toBe(u < 0.5 ? 0 : 1);
      else expect(Math.abs(unit - u)).toBeLessThan(1e-15);
      checked++;
    }
    expect(checked).toBeGreaterThan(90);
  });

  it('gives parallel trials different points before they suggest anything', async () => {
    const study = await createStudy({ sampler: new QmcSampler({ scramble: false }) });
    const first = await study.ask();
    first.suggestFloat('x', 0, 1);
    await study.tell(first, 0);
    const trials = [await study.ask(), ...(await study.askBatch(2)), await study.ask()];
    expect(trials.reverse().map((trial) => trial.suggestFloat('x', 0, 1))).toEqual([0.25, 0.75, 0.5, 0]);
  });

  it('draws parameters outside the declared space uniformly', async () => {
    const study = await createStudy({
      space: { x: float(0, 1) },
      sampler: new QmcSampler({ scramble: false }),
      seed: 3,
    });
    const extra = new Set<number>();
    await study.optimize(
      (trial) => {
        extra.add(trial.suggestFloat('extra', 0, 1));
        return trial.params.x;
      },
      { trials: 4 },
    );
    expect(extra.size).toBe(4);
    expect((await study.trials()).map(({ params }) => params.x)).toEqual([0, 0.5, 0.75, 0.25]);
  });
});

describe('options of QmcSampler', () => {
  it('are saved with their defaults and recreate the sampler', () => {
    expect(new QmcSampler().config).toEqual({ version: 1, options: { sequence: 'sobol', scramble: true } });
    expect('seed' in new QmcSampler()).toBe(false);
    const sampler = new QmcSampler({ sequence: 'halton', scramble: false, seed: 5 });
    const again = QmcSampler.fromConfig(JSON.parse(JSON.stringify(sampler.config.options)));
    expect([again.seed, again.config]).toEqual([5, sampler.config]);
  });

  it.each([
    [{ sequence: 'faure' }, "'sobol' or 'halton'"],
    [{ scramble: 1 }, 'true or false'],
    [{ seed: -1 }, '0 to 2^53 - 1'],
    [{ seed: '1' }, '0 to 2^53 - 1'],
    [{ type: 'sobol' }, 'sequence, scramble, seed'],
    [null, "{ sequence: 'halton' }"],
    [[], "{ sequence: 'halton' }"],
  ])('reject %j', (options, cure) => {
    try {
      new QmcSampler(options as QmcOptions);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument'), String(error)).toBe(true);
      expect((error as Error).message).toContain(cure);
    }
  });
});
