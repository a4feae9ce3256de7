import { isAsktellError, type Json } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { MedianPruner } from './median-pruner.ts';
import { type PercentileOptions, PercentilePruner } from './percentile-pruner.ts';

describe('Options of percentile pruners', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
      return (error as Error).message;
    }
    throw new Error('nothing was thrown');
  };

  it.each([-0.1, 100.1, Number.NaN, '50', undefined])('reject percentile %s', (percentile) => {
    expect(refusal(() => new PercentilePruner(percentile as number))).toContain('percentile');
  });

  it.each([
    ['startupTrials', -1],
    ['warmupSteps', -1],
    ['warmupSteps', null],
    ['intervalSteps', 0],
    ['intervalSteps', 1.5],
    ['minTrials', 0],
    ['minTrials', '1'],
  ])('reject %s = %s', (name, value) => {
    expect(refusal(() => new MedianPruner({ [name]: value }))).toMatch(`MedianPruner: ${name} must be`);
    expect(refusal(() => new PercentilePruner(25, { [name]: value }))).toMatch(`PercentilePruner: ${name} must be`);
  });

  it('reject unknown options and values that are not objects', () => {
    expect(refusal(() => new MedianPruner({ n_startup_trials: 3 } as object))).toContain('startupTrials');
    expect(refusal(() => new MedianPruner(5 as unknown as PercentileOptions))).toContain('5');
    expect(refusal(() => PercentilePruner.fromConfig(null))).toContain('null');
    expect(refusal(() => MedianPruner.fromConfig([]))).toContain('[]');
  });

  it('are restored from the saved config', () => {
    const options = { startupTrials: 1, warmupSteps: 2, intervalSteps: 3, minTrials: 4 };
    const saved = (config: Json): Json => JSON.parse(JSON.stringify(config)) as Json;
    for (const pruner of [new PercentilePruner(12.5, options), new PercentilePruner(30)]) {
      const again = PercentilePruner.fromConfig(saved(pruner.config.options));
      expect(again.config).toEqual(pruner.config);
      expect(again.percentile).toBe(pruner.percentile);
      expect(again.minTrials).toBe(pruner.minTrials);
    }
    const median = MedianPruner.fromConfig(saved(new MedianPruner(options).config.options));
    expect(median.config.options).toEqual(options);
    expect([median.name, median.percentile, median.intervalSteps]).toEqual(['median', 50, 3]);
  });
});
