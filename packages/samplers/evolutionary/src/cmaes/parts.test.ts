import { rngFor, type TrialHistory } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMerit, type Merit } from '../outcome/merit.ts';
import { isInReach, margin, project, toRaw, toValue } from './bounds.ts';
import { CategoricalSearch } from './categorical-search.ts';
import { CmaEs } from './cma-es.ts';
import type { Covariance } from './covariance.ts';
import { DiagonalCovariance } from './diagonal-covariance.ts';
import { FullCovariance } from './full-covariance.ts';
import { outcomeOf } from './outcome.ts';
import { rankingOf } from './ranking.ts';
import { Restarts } from './restarts.ts';
import { ResultBuffer } from './result-buffer.ts';
import { Stopping } from './stopping.ts';
import { defaultPopulationSize, fullStrategy, recombinationOf, separableStrategy } from './strategy.ts';
import { promisingDistribution } from './warm-start.ts';

const sizes = fc.integer({ min: 1, max: 12 });
const populations = fc.integer({ min: 4, max: 40 });

/** A covariance after a few updates with random steps. */
function learned(n: number, seed: number, separable: boolean): CmaEs {
  const rng = rngFor(seed, 0, 'steps');
  const lambda = defaultPopulationSize(n);
  const strategy = separable ? separableStrategy(n, lambda) : fullStrategy(n, lambda);
  const covariance = separable ? new DiagonalCovariance(n) : new FullCovariance(n);
  const search = new CmaEs(strategy, covariance, new Float64Array(n), 0.5);
  const steps = new Float64Array(lambda * n);
  for (let g = 0; g < 6; g++) {
    for (let k = 0; k < steps.length; k++) steps[k] = rng.normal() * (1 + (k % n));
    search.update(steps, strategy);
  }
  return search;
}

function dense(covariance: Covariance): Float64Array {
  const out = new Float64Array(covariance.n ** 2);
  covariance.dense(out);
  return out;
}

function largest(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

describe('strategy parameters', () => {
  it('are weights and rates as the tutorial demands them, for any dimension and population', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 500 }), (n, lambda) => {
        for (const s of [fullStrategy(n, lambda), separableStrategy(n, lambda)]) {
          const sum = s.recombination.reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(1, 12);
          for (let i = 1; i < lambda; i++)
            expect(s.weights[i] as number).toBeLessThanOrEqual((s.weights[i - 1] as number) + 1e-15);
          expect(s.muEff).toBeGreaterThanOrEqual(1 - 1e-12);
          expect(s.muEff).toBeLessThanOrEqual((lambda >> 1) + 1e-9);
          for (const rate of [s.c1, s.cSigma, s.cC]) expect(rate > 0 && rate <= 1).toBe(true);
          expect(s.cMu).toBeGreaterThanOrEqual(0);
          expect(s.c1 + s.cMu).toBeLessThanOrEqual(1);
          // The covariance stays positive: what it keeps outweighs n times the negative weights.
          const kept = 1 - s.c1 - s.cMu * s.weights.reduce((a, b) => a + b, 0);
          const negative = s.weights.reduce((a, b) => a - Math.min(b, 0), 0);
          expect(kept - s.cMu * n * negative).toBeGreaterThan(-1e-9);
        }
      }),
    );
  });

  it('has 4 + ⌊3 ln d⌋ trials a generation', () => {
    expect([0, 1, 2, 5, 10, 20, 40, 200].map(defaultPopulationSize)).toEqual([4, 4, 6, 8, 10, 12, 15, 19]);
  });
});

describe('outcomes', () => {
  /** What `outcomeOf` reads of a trial. */
  function history(trial: {
    readonly state: string;
    readonly value?: number;
    readonly violation?: number;
    readonly reports?: readonly (readonly [number, number])[];
    readonly failure?: string;
    readonly direction?: string;
  }): TrialHistory {
    return {
      directions: [trial.direction ?? 'minimize'],
      state: () => trial.state,
      values: () => Float64Array.of(trial.value ?? Number.NaN),
      violation: Float64Array.of(trial.violation ?? Number.NaN),
      reports: () => ({
        steps: (trial.reports ?? []).map(([step]) => step),
        values: (trial.reports ?? []).map(([, value]) => value),
      }),
      failure: () => (trial.failure === undefined ? null : { code: trial.failure }),
    } as unknown as TrialHistory;
  }

  it('put failed trials and NaN behind everything else, all alike', () => {
    const others = [
      { state: 'complete', value: 5 },
      { state: 'complete', value: -9, violation: 2 },
      { state: 'pruned', reports: [[3, 2]] },
      { state: 'pruned' },
    ] as const;
    const failed = outcomeOf(0, history({ state: 'fail', failure: 'error' })) as Merit;
    for (const trial of others) expect(compareMerit(outcomeOf(0, history(trial)) as Merit, failed)).toBeLessThan(0);
    expect(outcomeOf(0, history({ state: 'complete' }))).toEqual(failed);
    expect(outcomeOf(0, history({ state: 'fail' }))).toEqual(failed);
  });

  it('say nothing of trials that a lost worker left behind', () => {
    expect(outcomeOf(0, history({ state: 'fail', failure: 'lost' }))).toBeNull();
  });
});

describe('ranking', () => {
  it('gives equal points equal weights and leaves their sum alone', () => {
    fc.assert(
      fc.property(populations, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (lambda, ties) => {
        const strategy = fullStrategy(7, lambda);
        const tied = Uint8Array.from({ length: lambda }, (_, k) => (k > 0 && ties[k] ? 1 : 0));
        const { recombination, weights, muEff } = rankingOf(strategy, tied);
        for (const [given, shared] of [
          [strategy.recombination, recombination],
          [strategy.weights, weights],
        ] as const) {
          expect(shared.reduce((a, b) => a + b, 0)).toBeCloseTo(
            given.reduce((a, b) => a + b, 0),
            12,
          );
          for (let k = 1; k < lambda; k++) {
            if (tied[k] === 1) expect(shared[k]).toBe(shared[k - 1]);
            else expect(shared[k] as number).toBeLessThanOrEqual((shared[k - 1] as number) + 1e-15);
          }
        }
        expect(muEff).toBeGreaterThanOrEqual(strategy.muEff - 1e-9);
      }),
    );
    expect(rankingOf(recombinationOf(6), new Uint8Array(6).fill(1, 1)).muEff).toBeCloseTo(6, 12);
  });

  it('orders by tier, then by value, equal ones as they came', () => {
    const buffer = new ResultBuffer(1, 1, 6);
    const merits = [
      [4, 0],
      [0, 2],
      [1.5, -5],
      [0, 1],
      [0, 2],
      [3, -9],
    ] as const;
    for (const [k, [tier, loss]] of merits.entries())
      buffer.push(Float64Array.of(k), Int32Array.of(10 + k), { tier, loss }, k === 4);
    const sorted = new ResultBuffer(1, 1, 6);
    const tied = new Uint8Array(6);
    buffer.ranked(sorted, tied);
    expect(Array.from(sorted.raw)).toEqual([3, 1, 4, 2, 5, 0]);
    expect(Array.from(sorted.choices)).toEqual([13, 11, 14, 12, 15, 10]);
    expect(Array.from(sorted.late)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(Array.from(tied)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(sorted.merits[0]).toEqual({ tier: 0, loss: 1 });
  });
});

describe.each([
  ['full', false],
  ['separable', true],
])('the %s covariance', (_, separable) => {
  it('samples what it whitens, with its own covariance', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (n, seed) => {
        const { covariance } = learned(n, seed, separable);
        const c = dense(covariance);
        const sum = new Float64Array(n * n);
        const z = new Float64Array(n);
        const y = new Float64Array(n);
        const white = new Float64Array(n);
        for (let k = 0; k < n; k++) {
          z.fill(0)[k] = 1;
          covariance.sample(z, y);
          for (let i = 0; i < n * n; i++)
            sum[i] = (sum[i] as number) + (y[Math.floor(i / n)] as number) * (y[i % n] as number);
          expect(covariance.squaredLength(y, 0)).toBeCloseTo(1, 9);
          covariance.whiten(y, white);
          expect(white.reduce((a, b) => a + b * b, 0)).toBeCloseTo(1, 9);
        }
        expect(largest(sum.map((value, i) => value - (c[i] as number)))).toBeLessThan(1e-12 * largest(c));
        for (let i = 0; i < n; i++) expect(covariance.variance(i)).toBe(c[i * n + i]);
        const [low, high] = covariance.extremes();
        const axis = new Float64Array(n);
        const deviations = Array.from({ length: n }, (_, k) => covariance.axis(k, axis));
        expect([Math.min(...deviations), Math.max(...deviations)]).toEqual([low, high]);
        expect(2 * deviations.reduce((a, b) => a + Math.log(b), 0)).toBeCloseTo(covariance.logDeterminant(), 9);
      }),
      { numRuns: 30 },
    );
  });

  it('is scaled, and a clone goes its own way', () => {
    fc.assert(
      fc.property(sizes, fc.nat(1000), (n, seed) => {
        const { covariance } = learned(n, seed, separable);
        const before = dense(covariance);
        const copy = covariance.clone();
        copy.scale(4);
        expect(largest(dense(copy).map((value, k) => value - 4 * (before[k] as number)))).toBeLessThan(1e-12);
        expect(dense(covariance)).toEqual(before);
        covariance.setDense(dense(copy));
        expect(covariance.logDeterminant()).toBeCloseTo(copy.logDeterminant(), 9);
      }),
      { numRuns: 30 },
    );
  });
});

describe('bounds', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });

  it('map the raw range onto [0, 1]: a straight line inside, turning points at the ends, mirrored behind them', () => {
    fc.assert(
      fc.property(unit, fc.double({ min: 0, max: 2 * margin, noNaN: true }), (value, beyond) => {
        const raw = toRaw(value);
        expect(raw).toBeGreaterThanOrEqual(-margin);
        expect(raw).toBeLessThanOrEqual(1 + margin);
        expect(toValue(raw)).toBeCloseTo(value, 14);
        if (value >= margin && value <= 1 - margin) expect(raw).toBeCloseTo(value, 15);
        expect(toValue(1 - raw)).toBeCloseTo(1 - value, 12);
        expect(toValue(-margin - beyond)).toBeCloseTo(toValue(-margin + beyond), 14);
        expect(toValue(1 + margin + beyond)).toBeCloseTo(toValue(1 + margin - beyond), 12);
      }),
    );
    expect([-9, -margin, 0.5, 1 + margin, 9].map(toValue)).toEqual([margin, 0, 0.5, 1, 1 - margin]);
    expect([0, 1].map(toRaw)).toEqual([-margin, 1 + margin]);
    // Value and slope are continuous where the parabola begins.
    const h = 1e-6;
    for (const raw of [margin, 1 - margin]) expect((toValue(raw + h) - toValue(raw - h)) / (2 * h)).toBeCloseTo(1, 4);
    expect((toValue(-margin + h) - toValue(-margin)) / h).toBeCloseTo(0, 4);
  });

  it('leave coordinates in reach alone and put the others on the bound', () => {
    const vectors = fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(vectors, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (numbers, flags) => {
        const raw = Float64Array.from(numbers);
        const bounded = Uint8Array.from(numbers, (_, i) => (flags[i] ? 1 : 0));
        const inReach = (v: number): boolean => v >= -3 * margin && v <= 1 + 3 * margin;
        expect(isInReach(raw, bounded)).toBe(numbers.every((v, i) => !flags[i] || inReach(v)));
        project(raw, bounded);
        expect(isInReach(raw, bounded)).toBe(true);
        for (const [i, v] of numbers.entries())
          expect(raw[i]).toBe(!flags[i] || inReach(v) ? v : v < 0 ? -margin : 1 + margin);
      }),
    );
    expect(isInReach(Float64Array.of(Number.NaN), Uint8Array.of(1))).toBe(false);
  });
});

describe('categorical search', () => {
  it('keeps distributions, each choice above its margin, whatever it is told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 30 }),
        (counts, picks) => {
          const lambda = 6;
          const { recombination } = recombinationOf(lambda);
          const search = new CategoricalSearch(Int32Array.from(counts), counts.length);
          for (let g = 0; g < 20; g++) {
            const choices = Int32Array.from(
              { length: lambda * counts.length },
              (_, k) => ((picks[(g * 7 + k) % picks.length] as number) + k) % (counts[k % counts.length] as number),
            );
            search.update(choices, recombination);
            for (const [i, count] of counts.entries()) {
              const from = search.offsets[i] as number;
              const q = search.q.subarray(from, from + count);
              expect(q.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
              for (const p of q) expect(p).toBeGreaterThanOrEqual((search.floors[i] as number) - 1e-12);
            }
          }
        },
      ),
    );
  });

  it('samples with its probabilities', () => {
    const search = new CategoricalSearch(Int32Array.of(3, 2), 2);
    search.setFrequencies(0, [0.2, 0.5, 0.3]);
    const rng = rngFor(1, 0, 'choices');
    const seen = new Float64Array(5);
    const choices = new Int32Array(2);
    for (let k = 0; k < 20_000; k++) {
      search.sample(rng, choices);
      for (const at of [choices[0] as number, 3 + (choices[1] as number)]) seen[at] = (seen[at] as number) + 1 / 20_000;
    }
    for (const [k, p] of search.q.entries()) expect(Math.abs((seen[k] as number) - p)).toBeLessThan(0.015);
    expect([search.likeliest(0), search.likeliest(1)]).toEqual([1, 0]);
  });
});

describe('restarts', () => {
  it('IPOP doubles the population', () => {
    const restarts = new Restarts('ipop', 8);
    const rng = rngFor(1, 0, 'restarts');
    expect([1, 2, 3].map(() => restarts.next(100, rng).lambda)).toEqual([16, 32, 64]);
  });

  it('BIPOP gives the two regimes the same work', () => {
    const restarts = new Restarts('bipop', 8);
    const rng = rngFor(1, 0, 'restarts');
    let run = restarts.next(500, rng);
    expect(run).toEqual({ lambda: 16, sigmaFactor: 1, budget: Number.POSITIVE_INFINITY });
    const work = { large: 0, small: 0 };
    for (let k = 0; k < 200; k++) {
      const small = restarts.isSmall;
      const results = Math.min(run.lambda * 60, Math.ceil(run.budget));
      work[small ? 'small' : 'large'] += results;
      if (small) {
        expect(run.lambda).toBeGreaterThanOrEqual(8);
        expect(run.lambda).toBeLessThanOrEqual(restarts.largeLambda / 2);
        expect(run.sigmaFactor >= 0.01 && run.sigmaFactor <= 1).toBe(true);
      }
      run = restarts.next(results, rng);
      if (restarts.largeLambda > 500) break;
    }
    expect(work.small).toBeGreaterThan(0.5 * work.large);
    expect(work.small).toBeLessThan(2 * work.large);
  });
});

describe('stopping', () => {
  const bounded = new Uint8Array(2).fill(1);
  const search = (sigma: number): CmaEs =>
    new CmaEs(fullStrategy(2, 6), new FullCovariance(2), Float64Array.of(0.5, 0.5), sigma);

  it('stops when the bests stay the same for 10 + ⌈30 n / λ⌉ generations', () => {
    const stopping = new Stopping(2, 6, 0.2);
    for (let g = 1; g < 20; g++) expect(stopping.shouldStop({ tier: 0, loss: 5 }, search(0.1), bounded)).toBe(false);
    expect(stopping.shouldStop({ tier: 0, loss: 5 }, search(0.1), bounded)).toBe(true);
    expect(stopping.shouldStop({ tier: 0, loss: 4 }, search(0.1), bounded)).toBe(false);
  });

  it('stops when nothing moves, when it runs away, and when an axis is lost', () => {
    const fresh = (): Stopping => new Stopping(2, 6, 0.2);
    expect(fresh().shouldStop({ tier: 0, loss: 1 }, search(1e-14), bounded)).toBe(true);
    expect(
      fresh().shouldStop({ tier: 0, loss: 1 }, search(1e-14), new Uint8Array(2)),
      'no coordinate is continuous',
    ).toBe(false);
    expect(fresh().shouldStop({ tier: 0, loss: 1 }, search(1e6), bounded)).toBe(true);
    expect(fresh().shouldStop({ tier: 0, loss: 1 }, search(Number.NaN), bounded)).toBe(true);
    const thin = search(0.1);
    thin.covariance.setDiagonal(Float64Array.of(1, 1e-15));
    expect(fresh().shouldStop({ tier: 0, loss: 1 }, thin, bounded)).toBe(true);
    expect(fresh().shouldStop({ tier: 0, loss: 1 }, null, bounded)).toBe(false);
  });
});

describe('warm start', () => {
  it('is the moments of the kernels: mean, and α² I + covariance of the points', () => {
    const points = Float64Array.of(0.1, 0.2, 0.5, 0.4, 0.3, 0.9);
    const { mean, sigma, shape } = promisingDistribution(points, 2, (m) => {
      const [a = 0, b = 0, c = 0, d = 0] = m;
      return Math.log(a * d - b * c);
    });
    expect(mean[0]).toBeCloseTo(0.3, 12);
    expect(mean[1]).toBeCloseTo(0.5, 12);
    const [a = 0, b = 0, c = 0, d = 0] = shape.map((value) => value * sigma * sigma);
    expect(a).toBeCloseTo(0.01 + (0.04 + 0.04) / 3, 12);
    expect(d).toBeCloseTo(0.01 + (0.09 + 0.01 + 0.16) / 3, 12);
    expect(b).toBeCloseTo((0.2 * 0.3 - 0.2 * 0.1) / 3, 12);
    expect(c).toBe(b);
    expect((shape[0] as number) * (shape[3] as number) - (shape[1] as number) ** 2).toBeCloseTo(1, 12);
  });
});
