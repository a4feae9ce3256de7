import { refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashString } from './hash.ts';
import { rngFor, rngFromState } from './rng.ts';

/** Golden values: stored studies are replayed with these numbers, so they must not change. */
const frozen: readonly (readonly [seed: number, number: number, purpose: string, state: number[], floats: number[]])[] =
  [
    [0, 0, '', [1358566710, 1611293691, -1757763788, 1879786657], [0.021151013920574724, 0.7770029820082113]],
    [0, 0, 'x', [-910097126, 1899711285, -644176206, 93238155], [0.6972608663395131, 0.3537633315164568]],
    [0, 1, 'x', [1754108076, 1123875117, 1246355323, -1511522574], [0.22360276843043303, 0.13780249748360873]],
    [1, 0, 'x', [303419112, -1077428902, 2023828421, -357381344], [0.619661256161901, 0.7655846853803986]],
    [42, 7, 'lr', [1157140985, -854294491, -631682481, -1237091050], [0.8359269487808786, 0.8563696138996482]],
    [2 ** 32, 0, 'x', [616378273, 985199491, -1857809885, -1131820748], [0.8151730276456393, 0.04607241135831375]],
    [
      2 ** 53 - 1,
      2 ** 31,
      'model.svm.c',
      [177406663, -1656184914, 1968893708, 634683502],
      [0.7784428048491413, 0.7894426375383198],
    ],
    [
      123456789,
      99999,
      'ä\u{1F600}',
      [-1554212337, -920166263, 1854847286, -1608749941],
      [0.31621201125903353, 0.507557908822725],
    ],
  ];

describe('the derivation of streams is frozen', () => {
  it.each(frozen)('rngFor(%d, %d, %j)', (seed, number, purpose, state, floats) => {
    const rng = rngFor(seed, number, purpose);
    expect(rng.state()).toEqual(state);
    expect([rng.float(), rng.float()]).toEqual(floats);
  });

  it('draws from a stream', () => {
    const rng = rngFor(42, 7, 'lr');
    expect([rng.int(0, 9), rng.int(-5, 5), rng.int(0, 2 ** 53 - 1)]).toEqual([1, -5, 7616027118104481]);
    expect(rng.normal()).toBeCloseTo(-0.25759972924243135, 14);
    expect(rng.shuffle([0, 1, 2, 3, 4, 5, 6, 7])).toEqual([7, 1, 0, 3, 6, 2, 4, 5]);
    expect(rng.fork('a').state()).toEqual([-1062835538, 272668361, -2048020607, -2035472442]);
    expect(rng.state()).toEqual([502920768, -1779049653, 392332008, 778859221]);
    expect([hashString(''), hashString('x')]).toEqual([
      [-1514974657, 1437267605],
      [182357703, 934197957],
    ]);
  });
});

describe('streams', () => {
  it('differ when seed, number or purpose differ', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++)
      for (let number = 0; number < 20; number++)
        for (const purpose of ['x', 'y', 'x0', '0x', 'xx', '']) seen.add(rngFor(seed, number, purpose).state().join());
    expect(seen.size).toBe(20 * 20 * 6);
  });

  it('do not correlate across neighbouring seeds, numbers and purposes', () => {
    const firsts = (stream: (i: number) => { float(): number }) =>
      Array.from({ length: 4000 }, (_, i) => stream(i).float());
    const families = [
      firsts((i) => rngFor(i, 0, 'x')),
      firsts((i) => rngFor(0, i, 'x')),
      firsts((i) => rngFor(0, 0, `x${i}`)),
      firsts((i) => rngFor(0, 0, 'x').fork(String(i))),
    ];
    const correlation = (a: readonly number[], b: readonly number[]): number =>
      (12 / a.length) * a.reduce((sum, u, i) => sum + (u - 0.5) * ((b[i] as number) - 0.5), 0);
    for (const us of families) {
      expect(Math.abs(us.reduce((sum, u) => sum + u - 0.5, 0) / us.length)).toBeLessThan(0.02);
      expect(Math.abs(correlation(us.slice(1), us.slice(0, -1)))).toBeLessThan(0.06);
      for (const other of families) if (other !== us) expect(Math.abs(correlation(us, other))).toBeLessThan(0.06);
    }
  });

  it('give multiples of 2^-53 in [0, 1)', () => {
    const rng = rngFor(3, 0, 'unit');
    for (let i = 0; i < 1000; i++) {
      const u = rng.float();
      expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53)).toBe(true);
    }
  });

  it('continue from a saved state', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string(), fc.nat(20), (seed, number, purpose, drawn) => {
        const rng = rngFor(seed, number, purpose);
        for (let i = 0; i < drawn; i++) rng.float();
        const again = rngFromState(rng.state());
        expect([again.float(), again.int(0, 99), again.normal()]).toEqual([rng.float(), rng.int(0, 99), rng.normal()]);
      }),
    );
  });

  it('fork by label, independent of what was drawn before', () => {
    const rng = rngFor(5, 5, 'p');
    const before = rng.fork('a').float();
    rng.float();
    expect(rng.fork('a').float()).toBe(before);
    expect(rng.fork('b').float()).not.toBe(before);
    expect(rng.fork('a').fork('a').float()).not.toBe(before);
    expect(rngFor(5, 6, 'p').fork('a').float()).not.toBe(before);
  });

  it('do not depend on the cache of purposes', () => {
    const before = rngFor(1, 1, 'kept').float();
    for (let i = 0; i < 10_050; i++) rngFor(1, 1, `p${i}`);
    expect(rngFor(1, 1, 'kept').float()).toBe(before);
  });
});

describe('int', () => {
  it('stays between its bounds, both included', () => {
    const bound = fc.maxSafeInteger();
    fc.assert(
      fc.property(bound, bound, fc.nat(), (a, b, seed) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(Number.isSafeInteger(high - low));
        const x = rngFor(seed, 0, 'i').int(low, high);
        expect(Number.isSafeInteger(x) && x >= low && x <= high).toBe(true);
      }),
    );
    expect(rngFor(0, 0, 'i').int(7, 7)).toBe(7);
    expect(Number.isSafeInteger(rngFor(0, 0, 'i').int(0, 2 ** 53 - 1))).toBe(true);
  });

  it('is uniform', () => {
    const rng = rngFor(9, 0, 'dice');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 21_000; i++) {
      const face = rng.int(-3, 3) + 3;
      counts[face] = (counts[face] as number) + 1;
    }
    expect(counts.reduce((sum, n) => sum + (n - 3000) ** 2 / 3000, 0)).toBeLessThan(22.5); // 6 degrees of freedom
  });

  it.each([
    [1, 0],
    [0, 0.5],
    [0.5, 3],
    [0, 2.5],
    [Number.NaN, 1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [0, 2 ** 53],
    [-(2 ** 53) + 1, 2 ** 53 - 1],
  ])('rejects %d to %d', async (low, high) => {
    await refused('invalid-argument', () => rngFor(0, 0, 'i').int(low, high));
  });
});

it('normal has mean 0, variance 1 and tails', () => {
  const rng = rngFor(11, 0, 'bell');
  const zs = Array.from({ length: 20_000 }, () => rng.normal());
  const mean = zs.reduce((sum, z) => sum + z, 0) / zs.length;
  const variance = zs.reduce((sum, z) => sum + z * z, 0) / zs.length;
  const outside = zs.filter((z) => Math.abs(z) > 1.96).length / zs.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  expect(Math.abs(outside - 0.05)).toBeLessThan(0.006);
  expect(zs.every(Number.isFinite)).toBe(true);
});

it('shuffle permutes in place, with equal chances for each order', () => {
  const counts = new Map<string, number>();
  const rng = rngFor(12, 0, 'cards');
  for (let i = 0; i < 12_000; i++) {
    const cards = ['a', 'b', 'c'];
    expect(rng.shuffle(cards)).toBe(cards);
    counts.set(cards.join(''), (counts.get(cards.join('')) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  expect([...counts.values()].reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)).toBeLessThan(20.5);
  expect(rng.shuffle(Int32Array.of(4))).toEqual(Int32Array.of(4));
});
