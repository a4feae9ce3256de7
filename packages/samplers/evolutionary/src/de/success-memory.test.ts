import { rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { SuccessMemory } from './success-memory.ts';

function draws(memory: SuccessMemory, count = 4000): { readonly f: number[]; readonly cr: number[] } {
  const rng = rngFor(1, 0, 'draws');
  const pairs = Array.from({ length: count }, () => memory.draw(rng));
  return { f: pairs.map(({ f }) => f), cr: pairs.map(({ cr }) => cr) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

describe('the success memory of L-SHADE', () => {
  it('starts at 0.5, with Cauchy F and normal CR in bounds', () => {
    const { f, cr } = draws(new SuccessMemory(6));
    expect(f.every((value) => value > 0 && value <= 1)).toBe(true);
    expect(cr.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(median(f) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(median(cr) - 0.5)).toBeLessThan(0.01);
    // The quartiles are one scale (Cauchy) or 0.674 standard deviations (normal) from the median.
    expect(Math.abs(f.filter((value) => Math.abs(value - 0.5) < 0.1).length / f.length - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(cr.filter((value) => Math.abs(value - 0.5) < 0.0674).length / cr.length - 0.5)).toBeLessThan(0.03);
  });

  it('sets one entry per generation to the Lehmer mean of the successes, weighted by gain', () => {
    const memory = new SuccessMemory(1);
    memory.recordSuccess(0.2, 0.9, 1);
    memory.recordMeasurement(3);
    memory.recordSuccess(0.8, 0.3, 3);
    memory.recordMeasurement(3);
    const before = draws(memory);
    expect(median(before.f)).toBeCloseTo(0.5, 1);
    memory.recordMeasurement(3);
    const { f, cr } = draws(memory);
    // Σ w s² / Σ w s with w = (1/4, 3/4): F 0.49 / 0.65, CR 0.27 / 0.45.
    expect(Math.abs(median(f) - 0.49 / 0.65)).toBeLessThan(0.01);
    expect(Math.abs(median(cr) - 0.27 / 0.45)).toBeLessThan(0.01);
  });

  it('keeps the entry without successes, and clears successes between generations', () => {
    const memory = new SuccessMemory(1);
    memory.recordMeasurement(1);
    expect(median(draws(memory).f)).toBeCloseTo(0.5, 1);
    memory.recordSuccess(0.9, 0.9, 1);
    memory.recordMeasurement(1);
    memory.recordSuccess(0.1, 0.1, 1);
    memory.recordMeasurement(1);
    expect(Math.abs(median(draws(memory).cr) - 0.1)).toBeLessThan(0.02);
  });

  it('updates one of several entries', () => {
    const memory = new SuccessMemory(2);
    memory.recordSuccess(0.9, 1, 1);
    memory.recordMeasurement(1);
    const high = draws(memory).cr.filter((value) => value > 0.75).length;
    expect(Math.abs(high / 4000 - 0.5)).toBeLessThan(0.05);
  });

  it('keeps CR at 0 after only 0 succeeded', () => {
    const memory = new SuccessMemory(1);
    memory.recordSuccess(0.5, 0, 1);
    memory.recordMeasurement(1);
    expect(Math.max(...draws(memory).cr)).toBe(0);
    memory.recordSuccess(0.5, 1, 1);
    memory.recordMeasurement(1);
    expect(Math.max(...draws(memory).cr)).toBe(0);
  });

  it('weights unknown gains as the mean of the known ones, or equally if all are unknown', () => {
    const learned = (gains: readonly number[]): number => {
      const memory = new SuccessMemory(1);
      for (const [k, gain] of gains.entries()) memory.recordSuccess(0.5, [0.9, 0.3, 0.6][k] as number, gain);
      memory.recordMeasurement(1);
      return median(draws(memory).cr);
    };
    const plain = (weights: readonly number[]): number => {
      const rates = [0.9, 0.3, 0.6];
      const sum = (power: number): number => weights.reduce((s, w, k) => s + w * (rates[k] as number) ** power, 0);
      return sum(2) / sum(1);
    };
    expect(Math.abs(learned([4, 2, Number.NaN]) - plain([4, 2, 3]))).toBeLessThan(0.01);
    expect(Math.abs(learned([Number.NaN, Number.NaN]) - plain([1, 1]))).toBeLessThan(0.01);
    expect(Math.abs(learned([1e308, 1e308, 1e308]) - plain([1, 1, 1]))).toBeLessThan(0.01);
  });

  it('copies are independent', () => {
    const memory = new SuccessMemory(1);
    memory.recordSuccess(0.9, 0.9, 1);
    const copy = memory.clone();
    copy.recordSuccess(0.1, 0.1, 1000);
    memory.recordMeasurement(1);
    copy.recordMeasurement(1);
    expect(Math.abs(median(draws(memory).cr) - 0.9)).toBeLessThan(0.01);
    expect(median(draws(copy).cr)).toBeLessThan(0.2);
  });
});
