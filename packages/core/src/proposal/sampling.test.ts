import { ExclusiveSampler } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawInternal, drawUniform } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { rngFor } from '../rng/rng.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { oneOf } from '../space/builders.ts';
import { where } from '../space/where.ts';
import { createStudy } from '../study/create-study.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** Counts the calls of its fold. The state is the list of absorbed rows. */
function counting(clone: boolean): {
  sampler: Sampler<number[]>;
  log: { inits: string[]; absorbed: number; states: number[][] };
} {
  const log: { inits: string[]; absorbed: number; states: number[][] } = { inits: [], absorbed: 0, states: [] };
  const sampler: Sampler<number[]> = {
    ...(uniform as Sampler<number[]>),
    fold: {
      init: ({ space, history, seed }) => {
        expect([history.finished.length, history.running.length, seed]).toEqual([0, 0, 5]);
        log.inits.push(space.params.map(({ name }) => name).join());
        return [];
      },
      absorb: (state, row) => {
        log.absorbed++;
        state.push(row);
      },
      ...(clone ? { clone: (state: number[]) => [...state] } : {}),
    },
    sampleOne: (state, ctx, name, dist) => {
      log.states.push([...state]);
      return drawUniform(dist, ctx.rng(name));
    },
  };
  return { sampler, log };
}

describe("a sampler's context", () => {
  it('can be taken apart', async () => {
    const sampler: Sampler = {
      ...uniform,
      sampleOne: (_state, { rng }, name, dist) => drawUniform(dist, rng(name)),
    };
    const space = { x: float(0, 1), n: int(1, 9) };
    const first = await (await createStudy({ sampler, seed: 5, space })).ask();
    expect(first.params).toEqual((await (await createStudy({ sampler: uniform, seed: 5, space })).ask()).params);
  });
});

describe("a sampler's state", () => {
  it.each([true, false])('is extended trial by trial, in finish order (clone: %s)', async (clone) => {
    const { sampler, log } = counting(clone);
    const study = await createStudy({ sampler: sampler as Sampler, seed: 5, space: { x: float(0, 1) } });
    const [a, b] = await study.askBatch(2);
    await study.tell(b as never, 1);
    await study.tell(a as never, 1);
    await study.tell(await study.ask(), undefined, { state: 'fail' });
    await study.ask();
    expect(log.states).toEqual([[], [], [1, 0], [1, 0, 2]]);
    expect([log.inits, log.absorbed]).toEqual([['x'], 3]);
  });

  it('is rebuilt when a trial arrives late', async () => {
    const { sampler, log } = counting(true);
    const study = await createStudy({ sampler: sampler as Sampler, seed: 5, space: { x: float(0, 1) } });
    await study.tell(await study.ask(), 1);
    await study.ask(); // runs on, so that what was measured long ago sorts before what finishes after its start
    await study.tell(await study.ask(), 1);
    await study.ask();
    await study.addTrial({ params: { x: 0.5 }, value: 1, datetimeStart: new Date(1), datetimeComplete: new Date(2) });
    await study.tell(1, 1);
    await study.ask();
    expect(log.states.at(-1)).toEqual([...study.history.finished]);
    expect(log.states.at(-2)).toEqual([0, 2]);
    expect(log.states.at(-1)).toHaveLength(4);
  });

  it('is one per space, and the oldest of many is dropped', async () => {
    const { sampler, log } = counting(true);
    const study = await createStudy({ sampler: sampler as Sampler, seed: 5 });
    for (let round = 0; round < 2; round++) for (let i = 0; i < 8; i++) await study.ask({ [`x${i}`]: float(0, 1) });
    expect(log.inits).toHaveLength(8);
    await study.ask({ x8: float(0, 1) });
    await study.ask({ x0: float(0, 1) });
    expect(log.inits.slice(8)).toEqual(['x8', 'x0']);
  });

  it('of a sampler that handles `where` itself is separate for each predicate', async () => {
    const study = await createStudy({ sampler: new ExclusiveSampler() });
    const low = where({ n: int(0, 9) }, (p) => p.n < 3);
    const high = where({ n: int(0, 9) }, (p) => p.n > 6);
    const taken: number[] = [];
    for (let i = 0; i < 3; i++) for (const space of [low, high]) taken.push((await study.ask(space)).params.n);
    expect(taken.filter((n) => n < 3).sort()).toEqual([0, 1, 2]);
    expect(taken.filter((n) => n > 6).sort()).toEqual([7, 8, 9]);
  });
});

describe('the context of a proposal', () => {
  it('has the values chosen so far in a declared space, the note, and the enqueued values', async () => {
    const seen: unknown[] = [];
    const sampler: Sampler = {
      ...uniform,
      propose: (_state, { fixed, total }) => {
        seen.push([[...fixed], total]);
        return { x: Float64Array.of(Number.NaN, Number.NaN, 0.25), note: { picked: 'z' } };
      },
      sampleOne: (_state, { trial: { chosen, note, enqueued } }, name, dist) => {
        seen.push([name, Object.fromEntries(chosen), note, Object.fromEntries(enqueued)]);
        return dist.kind === 'categorical' ? (dist.choices[1] as string) : dist.low;
      },
    };
    const study = await createStudy({ sampler, space: { x: int(0, 9), c: categorical(['a', 'b']), z: float(0, 1) } });
    await study.enqueue({ x: 7 });
    const [trial] = await study.askBatch(1, { total: 3 });
    if (trial === undefined) throw new Error('no trial');
    const later = trial.suggestFloat('later', 0, 1);
    expect([trial.params, later]).toEqual([{ x: 7, c: 'b', z: 0.25, later: 0 }, 0]);
    expect(seen).toEqual([
      [[7, Number.NaN, Number.NaN], 3],
      ['c', { x: 7 }, { picked: 'z' }, { x: 7 }],
      ['later', { x: 7, c: 'b', z: 0.25 }, { picked: 'z' }, { x: 7 }],
    ]);
    expect(study.history.note(0)).toEqual({ picked: 'z' });
  });

  it('without `conditional` shows the always-active part, in propose and sampleOne alike', async () => {
    const seen: string[] = [];
    const sampler: Sampler = {
      ...uniform,
      supports: {},
      fold: { init: ({ space }) => space.id, absorb: () => {} },
      propose: (state, { space, fixed }) => {
        seen.push(`propose ${space.params.map(({ name }) => name).join()} ${fixed.length} ${state === space.id}`);
        return { x: Float64Array.of(1, 0.5) };
      },
      sampleOne: (_state, { trial }, name, dist) => {
        seen.push(`one ${name}`);
        return drawUniform(dist, rngFor(trial.number, 0, name));
      },
    };
    const space = { m: oneOf({ off: {}, on: { k: int(0, 9), deep: oneOf({ a: { q: int(0, 3) } }) } }), x: float(0, 1) };
    const study = await createStudy({ sampler, space });
    const { params } = await study.ask();
    expect([params.m.type, params.x]).toEqual(['on', 0.5]);
    expect(seen).toEqual(['propose m,x 2 true', 'one m.on.k', 'one m.on.deep.a.q']); // deep has one branch only
  });

  it("uses the sampler's own seed, if it has one", async () => {
    const x = async (seed: number, own?: number) => {
      const sampler = own === undefined ? uniform : { ...uniform, seed: own };
      return (await (await createStudy({ sampler, seed, space: { x: float(0, 1) } })).ask()).params.x;
    };
    expect(await x(1)).toBe(drawInternal(float(0, 1), rngFor(1, 0, 'x')));
    expect([await x(1, 9), await x(2, 9)]).toEqual([await x(9), await x(9)]);
  });
});

describe('redraws', () => {
  it('use other streams, until where allows the point', async () => {
    const space = where({ x: int(0, 999) }, ({ x }) => x % 10 === 0);
    const study = await createStudy({ sampler: uniform, seed: 1, space });
    const values = (await study.askBatch(50)).map(({ params }) => params.x);
    expect(values.every((x) => x % 10 === 0)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(30);
    // The purpose of the first draw is the name alone, so a condition does not change points that it allows.
    const free = await createStudy({ sampler: uniform, seed: 1, space: { x: int(0, 999) } });
    const same = (await free.askBatch(50)).map(({ params }) => params.x);
    same.forEach((x, i) => {
      if (x % 10 === 0) expect(values[i]).toBe(x);
    });
  });

  it('ask a sampler that repeats itself for a while, then draw uniformly', async () => {
    let asked = 0;
    const stubborn: Sampler = { ...uniform, sampleOne: () => Math.min(1, ++asked) };
    const study = await createStudy({ sampler: stubborn, space: where({ x: int(0, 9) }, ({ x }) => x !== 1) });
    expect((await study.ask()).params.x).not.toBe(1);
    expect(asked).toBe(64);
  });
});
