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
  it('starts at one half: F Cauchy, CR normal around it, both in bounds', () => {
    const { f, cr } = draws(new SuccessMemory(6));
    expect(f.every((value) => value > 0 && value <= 1)).toBe(true);
    expect(cr.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.abs(median(f) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(median(cr) - 0.5)).toBeLessThan(0.01);
    // Quartiles of a Cauchy are one scale away, those of a normal 0.674 deviations.
    expect(Math.abs(f.filter((value) => Math.abs(value - 0.5) < 0.1).length / f.length - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(cr.filter((value) => Math.abs(value - 0.5) < 0.0674).length / cr.length - 0.5)).toBeLessThan(0.03);
  });

  it('moves one entry a generation to the Lehmer mean of what succeeded, weighted by gain', () => {
    const memory = new SuccessMemory(1);
    memory.succeeded(0.2, 0.9, 1);
    memory.measured(3);
    memory.succeeded(0.8, 0.3, 3);
    memory.measured(3);
    const before = draws(memory);
    expect(median(before.f)).toBeCloseTo(0.5, 1);
    memory.measured(3);
    const { f, cr } = draws(memory);
    // Σ w s² / Σ w s with w = (1/4, 3/4): F 0.49 / 0.65, CR 0.27 / 0.45.
    expect(Math.abs(median(f) - 0.49 / 0.65)).toBeLessThan(0.01);
    expect(Math.abs(median(cr) - 0.27 / 0.45)).toBeLessThan(0.01);
  });

  it('leaves the entry when nothing succeeded, and forgets successes between generations', () => {
    const memory = new SuccessMemory(1);
    memory.measured(1);
    expect(median(draws(memory).f)).toBeCloseTo(0.5, 1);
    memory.succeeded(0.9, 0.9, 1);
    memory.measured(1);
    memory.succeeded(0.1, 0.1, 1);
    memory.measured(1);
    expect(Math.abs(median(draws(memory).cr) - 0.1)).toBeLessThan(0.02);
  });

  it('writes round a ring', () => {
    const memory = new SuccessMemory(2);
    memory.succeeded(0.9, 1, 1);
    memory.measured(1);
    const high = draws(memory).cr.filter((value) => value > 0.75).length;
    expect(Math.abs(high / 4000 - 0.5)).toBeLessThan(0.05);
  });

  it('comes to rest at CR 0 for good when only 0 succeeded', () => {
    const memory = new SuccessMemory(1);
    memory.succeeded(0.5, 0, 1);
    memory.measured(1);
    expect(Math.max(...draws(memory).cr)).toBe(0);
    memory.succeeded(0.5, 1, 1);
    memory.measured(1);
    expect(Math.max(...draws(memory).cr)).toBe(0);
  });

  it('takes gains without a measure as average ones, and no gain at all as equal ones', () => {
    const learned = (gains: readonly number[]): number => {
      const memory = new SuccessMemory(1);
      for (const [k, gain] of gains.entries()) memory.succeeded(0.5, [0.9, 0.3, 0.6][k] as number, gain);
      memory.measured(1);
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
    memory.succeeded(0.9, 0.9, 1);
    const copy = memory.clone();
    copy.succeeded(0.1, 0.1, 1000);
    memory.measured(1);
    copy.measured(1);
    expect(Math.abs(median(draws(memory).cr) - 0.9)).toBeLessThan(0.01);
    expect(median(draws(copy).cr)).toBeLessThan(0.2);
  });
});
