import { expect, it } from 'vitest';
import { AgeWeightedSample } from './age-weighted-sample.ts';
import { ageWeight, fillAgeWeights, totalAgeWeight } from './age-weights.ts';

it('gives the newest 25 trials full weight and older ones a linear ramp', () => {
  expect(Array.from({ length: 10 }, (_, k) => ageWeight(k, 10))).toEqual(Array(10).fill(1));
  const weights = Array.from({ length: 35 }, (_, k) => ageWeight(k, 35));
  expect(weights.slice(10)).toEqual(Array(25).fill(1));
  expect(weights[0]).toBe(1 / 35);
  expect(weights[9]).toBeCloseTo(1, 12);
  expect(weights[4]).toBeCloseTo(1 / 35 + ((1 - 1 / 35) * 4) / 9);
  expect(ageWeight(0, 26)).toBe(1 / 26);
});

it('writes weights into nonzero entries, oldest first', () => {
  for (const m of [1, 25, 26, 27, 400]) {
    const weights = new Float64Array(2 * m + 1).fill(7);
    const positions = Array.from({ length: m }, (_, k) => 2 * k + 1);
    for (let i = 0; i < 2 * m; i += 2) weights[i] = 0;
    fillAgeWeights(weights, 2 * m, m);
    expect(positions.map((i) => weights[i])).toEqual(positions.map((_, k) => ageWeight(k, m)));
    expect(weights.filter((_, i) => i % 2 === 0)).toEqual(
      Float64Array.from({ length: m + 1 }, (_, i) => (i < m ? 0 : 7)),
    );
  }
});

it('computes the sum of the weights', () => {
  for (const m of [0, 1, 25, 26, 27, 400]) {
    let sum = 0;
    for (let k = 0; k < m; k++) sum += ageWeight(k, m);
    expect(totalAgeWeight(m)).toBeCloseTo(sum, 9);
  }
});

it('samples every trial up to the limit, then in proportion to age', () => {
  const hits = new Float64Array(4);
  for (let seed = 0; seed < 60; seed++) {
    const sample = new AgeWeightedSample(100, seed);
    for (let age = 0; age < 100; age++) expect(sample.offer(age)).toBe(age);
    let copy: AgeWeightedSample | null = null;
    for (let age = 100; age < 2000; age++) {
      if (age === 700) copy = sample.clone();
      const slot = sample.offer(age);
      if (copy !== null) expect(copy.offer(age)).toBe(slot);
      if (slot >= 0) expect(sample.slot(age)).toBe(slot);
    }
    expect(sample.size).toBe(100);
    for (let age = 0; age < 2000; age++) if (sample.slot(age) >= 0) hits[Math.floor(age / 500)]! += 1 / 6000;
  }
  // The quarters of a linear ramp have the shares 1 : 3 : 5 : 7.
  [1, 3, 5, 7].forEach((share, quarter) => {
    expect(hits[quarter]).toBeGreaterThan(share / 16 - 0.03);
    expect(hits[quarter]).toBeLessThan(share / 16 + 0.03);
  });
});
