import { describe, expect, it } from 'vitest';
import { CmaEs } from './cma-es.ts';
import { FullCovariance } from './full-covariance.ts';
import { Stopping } from './stopping.ts';
import { fullStrategy } from './strategy.ts';

describe('stopping', () => {
  const bounded = new Uint8Array(2).fill(1);
  const search = (sigma: number): CmaEs =>
    new CmaEs(fullStrategy(2, 6), new FullCovariance(2), Float64Array.of(0.5, 0.5), sigma);

  it('stops when the best loss is constant for 10 + ⌈30 n / λ⌉ generations', () => {
    const stopping = new Stopping(2, 6, 0.2);
    for (let g = 1; g < 20; g++) expect(stopping.end({ tier: 0, loss: 5 }, search(0.1), bounded)).toBe(null);
    expect(stopping.end({ tier: 0, loss: 5 }, search(0.1), bounded)).toBe('over');
    expect(stopping.end({ tier: 0, loss: 4 }, search(0.1), bounded)).toBe(null);
  });

  it('stops when the step size vanishes or explodes, and when an axis vanishes', () => {
    const fresh = (): Stopping => new Stopping(2, 6, 0.2);
    expect(fresh().end({ tier: 0, loss: 1 }, search(1e-14), bounded)).toBe('over');
    expect(fresh().end({ tier: 0, loss: 1 }, search(1e-14), new Uint8Array(2)), 'no coordinate is continuous').toBe(
      null,
    );
    expect(fresh().end({ tier: 0, loss: 1 }, search(1e6), bounded)).toBe('degenerate');
    expect(fresh().end({ tier: 0, loss: 1 }, search(Number.NaN), bounded)).toBe('degenerate');
    const thin = search(0.1);
    thin.covariance.setDiagonal(Float64Array.of(1, 1e-15));
    expect(fresh().end({ tier: 0, loss: 1 }, thin, bounded)).toBe('degenerate');
    expect(fresh().end({ tier: 0, loss: 1 }, null, bounded)).toBe(null);
  });
});
