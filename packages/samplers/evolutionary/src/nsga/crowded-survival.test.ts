import { crowdingDistance } from '@asktell/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constrainedRanks } from './constrained-ranks.ts';
import { crowdedSurvival, crowdingByRank } from './crowded-survival.ts';
import { dasDennis } from './das-dennis.ts';
import { type Member, Population } from './population.ts';
import { referenceSurvival } from './reference-survival.ts';
import type { Survival } from './survival.ts';

const loss = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity, 1e308, -1e308) },
);

const membersOf = (values: fc.Arbitrary<number>, most = 30): fc.Arbitrary<Member[]> =>
  fc.integer({ min: 1, max: 4 }).chain((m) =>
    fc.array(
      fc
        .tuple(
          fc.array(values, { minLength: m, maxLength: m }),
          fc.constantFrom(0, 0, 0, 0, 1, 2),
          fc.double({ noNaN: true }),
        )
        .map(([losses, violation, gene]) => ({
          genome: Float64Array.of(gene),
          losses: Float64Array.from(losses),
          violation,
        })),
      { minLength: 1, maxLength: most },
    ),
  );

function filled(members: readonly Member[], capacity: number, survival: Survival = crowdedSurvival): Population {
  const population = new Population(capacity, members[0]?.losses.length as number, survival);
  for (const member of members) population.add(member);
  return population;
}

/** Whether `a` constrained-dominates `b` (Deb et al. 2002, definition 1). */
function dominates(a: Member, b: Member): boolean {
  if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
  return a.losses.every((x, i) => x <= (b.losses[i] as number)) && a.losses.some((x, i) => x < (b.losses[i] as number));
}

/** Ranks by removing one front after another. */
function peeled(members: readonly Member[]): number[] {
  const ranks = members.map(() => -1);
  for (let rank = 0, left = ranks.map((_, i) => i); left.length > 0; rank++) {
    const front = left.filter((i) => !left.some((j) => dominates(members[j] as Member, members[i] as Member)));
    for (const i of front) ranks[i] = rank;
    left = left.filter((i) => !front.includes(i));
  }
  return ranks;
}

const row = (population: Population, at: number): Member => ({
  genome: population.genome(at),
  losses: population.losses.slice(at * population.objectives, (at + 1) * population.objectives),
  violation: population.violation[at] as number,
});
const rows = (population: Population): Member[] =>
  Array.from({ length: population.size }, (_, at) => row(population, at));

describe('constrainedRanks', () => {
  it('equals the definition', () => {
    fc.assert(
      fc.property(membersOf(loss), (members) => {
        const population = filled(members, 100);
        expect([...constrainedRanks(population)]).toEqual(peeled(members));
      }),
    );
  });
});

describe('crowdingByRank', () => {
  it('is the crowding distance of each front', () => {
    // The order of equal losses is not specified, so losses are distinct, except infinite and constant ones.
    const distinct = fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(membersOf(distinct), fc.boolean(), (members, isConstant) => {
        const m = members[0]?.losses.length as number;
        fc.pre(
          Array.from({ length: m }, (_, k) => members.map(({ losses }) => losses[k])).every(
            (xs) => new Set(xs).size === xs.length,
          ),
        );
        if (isConstant) for (const { losses } of members) losses[0] = 7;
        const population = filled(members, 100);
        const ranks = constrainedRanks(population);
        const crowding = crowdingByRank(population, ranks);
        for (let rank = 0; rank <= Math.max(...ranks); rank++) {
          const front = [...ranks.keys()].filter((at) => ranks[at] === rank);
          const points = Float64Array.from(front.flatMap((at) => [...row(population, at).losses]));
          const expected = crowdingDistance(points, front.length, m);
          front.forEach((at, i) => {
            if (expected[i] === Infinity) expect(crowding[at]).toBe(Infinity);
            else expect(crowding[at]).toBeCloseTo(expected[i] as number, 9);
          });
        }
      }),
    );
  });

  it('is never NaN', () => {
    fc.assert(
      fc.property(membersOf(loss), (members) => {
        const population = filled(members, 100);
        expect(crowdingByRank(population, constrainedRanks(population)).every((x) => x >= 0)).toBe(true);
      }),
    );
  });
});

describe.each([
  ['crowded', () => crowdedSurvival],
  ['reference', (m: number) => referenceSurvival(dasDennis(m, 3), m)],
] as const)('Population with %s survival', (_, survivalFor) => {
  it('keeps the best ranks, sorted orders and consistent members', () => {
    fc.assert(
      fc.property(membersOf(loss), fc.integer({ min: 1, max: 12 }), (members, capacity) => {
        const m = members[0]?.losses.length as number;
        const population = filled(members, capacity, survivalFor(m));
        const kept = rows(population);
        expect(population.size).toBe(Math.min(capacity, members.length));
        for (const member of kept) {
          const same = members.find(({ genome }) => genome === member.genome);
          expect(member).toEqual(same);
        }
        expect(new Set(kept.map(({ genome }) => genome)).size).toBe(kept.length);
        for (const [k, order] of population.sorted.entries()) {
          const live = [...order.subarray(0, population.size)];
          expect([...live].sort((a, b) => a - b)).toEqual(kept.map((_, at) => at));
          const losses = live.map((at) => kept[at]?.losses[k] as number);
          expect(losses).toEqual([...losses].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        }
        const merits = [...population.rank.subarray(0, population.size)];
        expect(merits.every((x) => x >= 0 && x < Infinity)).toBe(true);
      }),
    );
  });

  it('never removes a non-dominated member while there is a dominated one', () => {
    fc.assert(
      fc.property(membersOf(loss), fc.integer({ min: 1, max: 12 }), (members, capacity) => {
        const m = members[0]?.losses.length as number;
        const population = new Population(capacity, m, survivalFor(m));
        for (const member of members) {
          const before = [...rows(population), member];
          population.add(member);
          const after = rows(population).map(({ genome }) => genome);
          const gone = before.filter(({ genome }) => !after.includes(genome));
          const ranks = peeled(before);
          for (const one of gone) expect(ranks[before.indexOf(one)]).toBe(Math.max(...ranks));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('clones independently', () => {
    fc.assert(
      fc.property(membersOf(loss), membersOf(loss), fc.integer({ min: 1, max: 8 }), (members, more, capacity) => {
        const m = members[0]?.losses.length as number;
        const further = more.filter(({ losses }) => losses.length === m);
        const population = filled(members, capacity, survivalFor(m));
        const before = JSON.stringify(rows(population));
        const copy = population.clone();
        for (const member of further) copy.add(member);
        expect(JSON.stringify(rows(population))).toBe(before);
        for (const member of further) population.add(member);
        expect(rows(population)).toEqual(rows(copy));
        expect(population.rank).toEqual(copy.rank);
      }),
    );
  });
});

describe('crowdedSurvival', () => {
  const member = (losses: readonly number[]): Member => ({
    genome: Float64Array.from(losses),
    losses: Float64Array.from(losses),
    violation: 0,
  });

  it('keeps a front evenly spread', () => {
    const population = new Population(11, 2, crowdedSurvival);
    // 101 points on a line, added in a scattered order.
    for (let i = 0; i <= 100; i++) {
      const x = ((i * 37) % 101) / 100;
      population.add(member([x, 1 - x]));
    }
    const xs = rows(population)
      .map(({ losses }) => losses[0] as number)
      .sort((a, b) => a - b);
    expect([xs[0], xs[10]]).toEqual([0, 1]);
    const gaps = xs.slice(1).map((x, i) => x - (xs[i] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(0.2);
  });

  it('prefers parents with a larger crowding distance', () => {
    const population = filled([member([0, 4]), member([1, 2]), member([1.1, 1.9]), member([4, 0])], 9);
    expect(population.rank[0]).toBe(0);
    expect(population.rank[3]).toBe(0);
    expect(population.rank[2]).toBeLessThan(population.rank[1] as number);
  });

  it('grows on demand', () => {
    const [large, exact] = [2 ** 53 - 1, 300].map((capacity) => new Population(capacity, 2, crowdedSurvival));
    for (let i = 0; i < 300; i++) {
      const [x, y] = [(i * 37) % 101, (i * 53) % 97];
      for (const population of [large, exact]) population?.add(member([x, y]));
    }
    expect(rows(large as Population)).toEqual(rows(exact as Population));
    expect(large?.rank.subarray(0, 300)).toEqual(exact?.rank.subarray(0, 300));
    const order = [...((large as Population).sorted[0] as Int32Array).subarray(0, 300)];
    expect(order.map((at) => (large as Population).losses[2 * at])).toEqual(
      rows(large as Population)
        .map(({ losses }) => losses[0])
        .sort((a, b) => (a as number) - (b as number)),
    );
    expect((large as Population).rank.length).toBeLessThan(1000);
  });

  it('removes the oldest member if all are equal', () => {
    const population = new Population(3, 2, crowdedSurvival);
    for (let i = 0; i < 10; i++) {
      population.add({ genome: Float64Array.of(i), losses: Float64Array.of(1, 1), violation: 0 });
    }
    expect(rows(population).map(({ genome }) => genome[0])).toEqual(expect.arrayContaining([7, 8, 9]));
  });
});
