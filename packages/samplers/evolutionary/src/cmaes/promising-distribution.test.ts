import { describe, expect, it } from 'vitest';
import { promisingDistribution } from './promising-distribution.ts';

describe('promisingDistribution', () => {
  it('has the moments of the kernels: the mean, and α² I plus the covariance of the points', () => {
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
