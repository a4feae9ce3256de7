import {
  type CompiledSpace,
  compileSpace,
  createStudy,
  type Distribution,
  FinitePoints,
  float,
  int,
  isActive,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  oneOf,
  rngFor,
  type Study,
  type Trial,
  toExternal,
  toInternal,
  where,
} from '@asktell/core';
import { arbitrarySpace, refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PartialFixedSampler } from '../partial-fixed/partial-fixed-sampler.ts';
import { BruteForceSampler } from './brute-force-sampler.ts';
import { repeatedTrials } from './repeated-trials.ts';

async function points(study: Study): Promise<string[]> {
  return (await study.trials()).map(({ flatParams }) => JSON.stringify(flatParams));
}

function suggest(trial: Trial, name: string, dist: Distribution): unknown {
  if (dist.kind === 'categorical') return trial.suggestCategorical(name, dist.choices);
  const options = dist.log || dist.step === null ? { log: dist.log } : { step: dist.step };
  if (dist.kind === 'int') return trial.suggestInt(name, dist.low, dist.high, options);
  return trial.suggestFloat(name, dist.low, dist.high, options);
}

/** Suggests the active parameters of a space in order. Returns false if `isCut` ended the trial before or after one of them. */
function walk(trial: Trial, space: CompiledSpace, isCut: (trial: Trial) => boolean = () => false): boolean {
  const x = new Float64Array(space.params.length).fill(Number.NaN);
  for (const [i, { name, dist }] of space.params.entries()) {
    if (isCut(trial)) return false;
    if (isActive(space, i, x)) x[i] = toInternal(dist, suggest(trial, name, dist));
  }
  return !isCut(trial);
}

/** Runs several trials at a time until the sampler is exhausted. The seed decides the order of their steps. */
async function interleave(
  study: Study,
  seed: number,
  workers: number,
  steps: (trial: Trial) => (() => unknown)[],
): Promise<void> {
  const rng = rngFor(seed, 0, 'schedule');
  const open: { readonly trial: Trial; readonly rest: (() => unknown)[] }[] = [];
  for (let isOver = false; !isOver || open.length > 0; ) {
    if (!isOver && open.length < workers && rng.float() < 0.5) {
      const trial = await study.ask().catch((error: unknown) => {
        if (!isAsktellError(error, 'exhausted')) throw error;
        isOver = true;
      });
      if (trial) open.push({ trial, rest: steps(trial) });
      continue;
    }
    const i = rng.int(0, Math.max(0, open.length - 1));
    const next = open[i];
    if (next === undefined) continue;
    const step = next.rest.shift();
    if (step !== undefined) step();
    else {
      open.splice(i, 1);
      await study.tell(next.trial, 1);
    }
  }
}

describe('BruteForceSampler on a declared space', () => {
  const space = {
    n: int(0, 3),
    f: float(0, 1, { step: 0.5 }),
    m: oneOf({ a: { k: int(1, 4) }, b: {} }),
  };

  it('tries every point once in an order that depends on the seed, then ends', async () => {
    const orders: string[][] = [];
    for (const seed of [1, 1, 2]) {
      const study = await createStudy({ sampler: new BruteForceSampler({ seed }), space });
      await study.optimize(({ number }) => number);
      orders.push(await points(study as unknown as Study));
      await refused('exhausted', () => study.ask());
    }
    expect(orders.map((all) => [all.length, new Set(all).size])).toEqual([
      [60, 60],
      [60, 60],
      [60, 60],
    ]);
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).not.toEqual(orders[0]);
  });

  it('counts enqueued, failed and pruned trials, and completes enqueued values of branches', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), space });
    await study.enqueue({ m: { type: 'a', k: 3 } } as never);
    await study.enqueue({ n: 2 });
    for await (const trial of study.take({ trials: 100 }))
      await study.tell(trial, undefined, { state: trial.number % 2 === 0 ? 'fail' : 'pruned' });
    const all = await study.trials();
    expect(all).toHaveLength(60);
    expect(all[0]?.params.m).toEqual({ type: 'a', k: 3 });
    expect(all[1]?.params.n).toBe(2);
  });

  it('handles ranges that are too long to list', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), space: { n: int(1, 2 ** 50), b: int(0, 1) } });
    await study.optimize(({ params }) => params.n, { trials: 50 });
    expect(new Set(await points(study as unknown as Study)).size).toBe(50);
  });

  it.each([
    [
      { x: float(0, 1) },
      '"x" must have finitely many values, not the continuous range float(0, 1). Give it a step, such as { step: 0.1 }',
    ],
    [{ m: oneOf({ a: { lr: float(1, 2, { log: true }) }, b: {} }) }, '"m.a.lr"'],
    [
      { lr: float(1e-5, 0.1, { log: true }) },
      'List the values, such as categorical([0.00001,0.0001,0.001,0.01,0.1]), or use another sampler.',
    ],
    [{ a: int(1, 2 ** 40), b: int(1, 2 ** 40) }, 'must have at most 2^52 points, not about 1.2e+24'],
  ])('rejects %j', async (spaces, message) => {
    const study = await createStudy({ sampler: new BruteForceSampler(), space: spaces });
    expect((await refused('invalid-argument', () => study.ask())).message).toContain(message);
    expect(await study.trials()).toEqual([]);
  });

  it('throws when where forbids every point', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), space: where({ n: int(0, 3) }, () => false) });
    await refused('unsatisfiable-space', () => study.ask());
  });

  it('throws when where forbids almost every point of a space that is too large to search completely', async () => {
    const vast = where({ a: int(1, 2 ** 20), b: int(1, 2 ** 20) }, ({ a, b }) => a === 7 && b === 7);
    const study = await createStudy({ sampler: new BruteForceSampler(), space: vast });
    const { message } = await refused('unsatisfiable-space', () => study.ask());
    expect(message).toContain('among 1048576 of 1099511627776 cells');
  });

  it('continues the search for a free point where the last one ended, with and without fixed parameters', async () => {
    for (const fixed of [{}, { b: 1 }] as const) {
      let looks = 0;
      const even = where({ a: int(1, 400), b: int(1, 2) }, ({ a }) => {
        looks++;
        return a % 2 === 0;
      });
      const sampler = new PartialFixedSampler({ fixed, base: new BruteForceSampler() });
      const study = await createStudy({ sampler, space: even });
      await study.optimize(({ params }) => params.a, { trials: 150 });
      // Once per point, and once per trial in core. Searching from the start each time would take tens of thousands.
      expect(looks).toBeLessThan(800 + 150 + 1);
    }
  });
});

describe('BruteForceSampler on a define-by-run study', () => {
  it('tries every point with the values of a PartialFixedSampler, then ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySpace({ finite: true, constraints: false }),
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (space, seed, workers, isNested) => {
          const { compiled } = compileSpace(space);
          const all = new FinitePoints(compiled);
          fc.pre(all.total <= 150);
          const rng = rngFor(seed, 0, 'fixes');
          const some = all.point(rng.int(0, all.total - 1));
          const kept = compiled.params.flatMap((param, i) =>
            !Number.isNaN(some[i]) && rng.float() < 0.4 ? [{ ...param, i, x: some[i] as number }] : [],
          );
          const agreeing = Array.from({ length: all.total }, (_, cell) => all.point(cell)).filter((x) =>
            kept.every((param) => Number.isNaN(x[param.i]) || x[param.i] === param.x),
          );
          const values = kept.map(({ name, dist, x }) => [name, toExternal(dist, x)] as const);
          const [outer, inner] = isNested ? [values.slice(1), values.slice(0, 1)] : [values, null];
          const base = new BruteForceSampler();
          const sampler = new PartialFixedSampler({
            fixed: Object.fromEntries(outer),
            base: inner === null ? base : new PartialFixedSampler({ fixed: Object.fromEntries(inner), base }),
          });
          const study = (await createStudy({ sampler, seed })) as Study;
          for (let isOver = false; !isOver; ) {
            const open: Trial[] = [];
            while (open.length < workers && !isOver) {
              const trial = await study.ask().catch((error: unknown) => {
                if (!isAsktellError(error, 'exhausted')) throw error;
                isOver = true;
              });
              if (trial) open.push(trial);
            }
            for (const trial of open) walk(trial, compiled);
            for (const trial of open) await study.tell(trial, 1);
            if (open.length > 0) isOver = false;
          }
          const tried = await points(study);
          expect(new Set(tried).size).toBe(agreeing.length);
          if (workers === 1) expect(tried.length).toBe(agreeing.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('completes every point of any suggestion tree once, wherever other trials end, and across resumes', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySpace({ finite: true, constraints: false }),
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        async (space, seed, life) => {
          const { compiled } = compileSpace(space);
          const { total } = new FinitePoints(compiled);
          fc.pre(total <= 150);
          const storage = new MemoryStorage();
          const open = async (): Promise<Study> => {
            const handle = { sampler: new BruteForceSampler(), storage, name: 's', worker: 'w' };
            const exists = (await storage.findStudy('s')) !== undefined;
            return (await (exists ? loadStudy(handle) : createStudy({ ...handle, seed }))) as Study;
          };
          const rng = rngFor(seed, 0, 'ends');
          const cut = new Map<string, number>();
          /** Whether the trial ends here: sometimes, and at most twice at each place. */
          const isCut = (trial: Trial): boolean => {
            const place = JSON.stringify(trial.params);
            const times = cut.get(place) ?? 0;
            if (times === 2 || rng.float() < 0.8) return false;
            cut.set(place, times + 1);
            return true;
          };
          for (let isOver = false; !isOver; ) {
            const study = await open();
            let lived = 0;
            for await (const trial of study.take({ trials: life })) {
              lived++;
              if (walk(trial as Trial, compiled, isCut)) await study.tell(trial, 1);
              else await study.tell(trial, undefined, { state: rng.float() < 0.5 ? 'fail' : 'pruned' });
            }
            isOver = lived < life;
          }
          const study = await open();
          const all = (await study.trials()).filter(({ state }) => state === 'complete');
          expect(new Set(all.map(({ flatParams }) => JSON.stringify(flatParams))).size).toBe(all.length);
          expect(repeatedTrials(study.history)).toEqual([]);
          // A trial that was pruned where complete trials end has tried its point.
          const tried = (await study.trials())
            .filter(({ state }) => state !== 'fail')
            .map(({ flatParams }) => flatParams);
          const isTried = (x: Float64Array): boolean =>
            tried.some((params) =>
              compiled.params.every(({ name, dist }, i) =>
                Number.isNaN(x[i]) ? !(name in params) : params[name] === toExternal(dist, x[i] as number),
              ),
            );
          for (let cell = 0; cell < total; cell++) expect(isTried(new FinitePoints(compiled).point(cell))).toBe(true);
          await refused('exhausted', () => study.ask());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('supports ranges that depend on earlier values', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), seed: 4 });
    await study.optimize((trial) => {
      const a = trial.suggestInt('a', 1, 3);
      return trial.suggestInt('b', a, 3);
    });
    expect((await points(study)).sort()).toEqual(
      ['11', '12', '13', '22', '23', '33'].map(([a, b]) => `{"a":${a},"b":${b}}`),
    );
  });

  it('tries every point and rarely repeats one with overlapping trials of a process', async () => {
    let repeats = 0;
    for (let seed = 0; seed < 25; seed++) {
      const study = await createStudy({ sampler: new BruteForceSampler(), seed });
      await interleave(study, seed, 8, (trial) => [
        () => trial.suggestInt('a', 1, 8),
        () => trial.suggestCategorical('b', ['x', 'y', 'z']),
        () => trial.params['b'] !== 'x' && trial.suggestFloat('c', 0, 1, { step: 0.5 }),
      ]);
      const all = await points(study);
      expect([seed, new Set(all).size]).toEqual([seed, 56]);
      expect(repeatedTrials(study.history).length).toBe(all.length - 56);
      repeats += all.length - 56;
    }
    // The number of points below a new value is unknown, so too many trials may choose it.
    expect(repeats).toBeLessThan(25);
  });

  it('repeats only the first trials if there are more workers than branches', async () => {
    for (let seed = 0; seed < 25; seed++) {
      const study = await createStudy({ sampler: new BruteForceSampler(), seed });
      await interleave(study, seed, 8, (trial) => [
        () => trial.suggestCategorical('kind', ['none', 'some']),
        () => trial.params['kind'] === 'some' && trial.suggestInt('k', 1, 30),
      ]);
      const all = await points(study);
      expect([seed, new Set(all).size]).toEqual([seed, 31]);
      expect(repeatedTrials(study.history).length).toBe(all.length - 31);
      expect(all.length - 31).toBeLessThan(8);
    }
  });

  it('keeps trials apart that suggest before anything is stored', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler() });
    const trials = await study.askBatch(4);
    const late = trials[0] as Trial;
    const answers = trials.slice(1).map((trial) => trial.suggestInt('x', 1, 4));
    for (const trial of trials.slice(1)) await study.tell(trial, 0);
    answers.push(late.suggestInt('x', 1, 4));
    expect(answers.sort()).toEqual([1, 2, 3, 4]);
  });

  it('does not end while a running trial may suggest more, and counts the repeats', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), seed: 1 });
    const trials = await study.askBatch(5);
    for (const trial of trials) trial.suggestInt('x', 1, 3);
    for (const trial of trials) await study.tell(trial, 1);
    expect(new Set(await points(study)).size).toBe(3);
    expect(repeatedTrials(study.history)).toHaveLength(2);
    for (const other of [study, undefined, null])
      expect(() => repeatedTrials(other as never)).toThrow('repeatedTrials: give study.history');
    await refused('exhausted', () => study.ask());
  });

  it('ends while the last points are running if no trial suggested more after them', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler(), seed: 2 });
    const [first, second, third] = (await study.askBatch(3)) as [Trial, Trial, Trial];
    for (const trial of [first, second, third]) trial.suggestInt('x', 1, 3);
    await study.tell(first, 1);
    await refused('exhausted', () => study.ask());
    await study.tell(second, 1);
    await study.tell(third, 1);
    expect(new Set(await points(study)).size).toBe(3);
  });

  it('counts collisions between handles that do not see each other in time', async () => {
    const storage = new MemoryStorage();
    const open = async (): Promise<Study> =>
      (await createStudy({
        sampler: new BruteForceSampler(),
        storage,
        name: 's',
        seed: 1,
        loadIfExists: true,
      })) as Study;
    const [one, two] = [await open(), await open()];
    const pairs = [[one, await one.ask()] as const, [two, await two.ask()] as const];
    for (const [, trial] of pairs) trial.suggestInt('x', 1, 2);
    for (const [study, trial] of pairs) await study.tell(trial, 1);
    await one.optimize((trial) => trial.suggestInt('x', 1, 2));
    await one.trials();
    expect(repeatedTrials(one.history).length).toBe((await one.trials()).length - 2);
    expect(new Set(await points(one)).size).toBe(2);
  });

  it('tries the point of a lost worker again', async () => {
    const storage = new MemoryStorage();
    const handle = { sampler: new BruteForceSampler(), storage, name: 's', worker: 'w', orphans: 'fail' } as const;
    const study = await createStudy({ ...handle, seed: 1 });
    const { value } = await study.take({ trials: 1 }).next();
    const lost = (value as Trial).suggestInt('x', 1, 3);
    await (value as Trial).report(0, 0);
    const again = await loadStudy({ ...handle, sampler: new BruteForceSampler() });
    await again.optimize((trial) => trial.suggestInt('x', 1, 3));
    const tried = (await again.trials()).slice(1).map(({ params }) => (params as { x: number }).x);
    expect(tried.sort()).toEqual([1, 2, 3]);
    expect(tried).toContain(lost);
    expect(repeatedTrials(again.history)).toEqual([]);
  });

  it('runs enqueued trials, even repeats', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler() });
    await study.enqueue({ x: 2 });
    await study.optimize((trial) => trial.suggestInt('x', 1, 3));
    expect(await study.trials()).toHaveLength(3);
    await study.enqueue({ x: 2 });
    await study.optimize((trial) => trial.suggestInt('x', 1, 3));
    expect(repeatedTrials(study.history)).toEqual([3]);
  });

  it('rejects a continuous range', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler() });
    const error = await refused('invalid-argument', () => study.optimize((trial) => trial.suggestFloat('lr', 0, 2)));
    expect(error.message).toContain(
      '"lr" must have finitely many values, not the continuous range float(0, 2). Give it a step',
    );
  });

  it('ends after one trial without suggestions', async () => {
    const study = await createStudy({ sampler: new BruteForceSampler() });
    await study.optimize(() => 1);
    expect(await study.trials()).toHaveLength(1);
  });
});

it.each([
  [[], 'options must be an object'],
  [{ order: 'x' }, 'no option "order"'],
  [{ seed: -1 }, 'seed must be'],
])('rejects options %j', (options, message) => {
  expect(() => new BruteForceSampler(options as never)).toThrow(message);
  try {
    new BruteForceSampler(options as never);
  } catch (error) {
    expect(isAsktellError(error, 'invalid-argument')).toBe(true);
  }
});

it('is recreated from its options', () => {
  const sampler = new BruteForceSampler({ seed: 3 });
  expect(BruteForceSampler.fromConfig(sampler.config.options).seed).toBe(3);
});
