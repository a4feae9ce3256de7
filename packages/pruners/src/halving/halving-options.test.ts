import { isAsktellError, type Json, type Pruner } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { HyperbandPruner } from './hyperband-pruner.ts';
import { PashaPruner } from './pasha-pruner.ts';
import { SuccessiveHalvingPruner } from './successive-halving-pruner.ts';

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('options of pruners with rungs', () => {
  it.each([
    [{ minResource: 0 }, "SuccessiveHalvingPruner: minResource must be 'auto' or a whole number, 1 or more, not 0."],
    [{ minResource: 'all' }, 'minResource'],
    [{ reductionFactor: 1 }, 'reductionFactor must be a whole number, 2 or more'],
    [{ minEarlyStoppingRate: -1 }, 'minEarlyStoppingRate'],
    [{ bootstrapCount: 0.5 }, 'bootstrapCount'],
    [{ bootstrapCount: 2 }, 'needs a fixed minResource'],
    [{ min_resource: 1 }, 'minResource'],
  ])('successive halving refuses %j', (options, text) => {
    expect(refusal(() => new SuccessiveHalvingPruner(options as object))).toContain(text);
  });

  it.each([
    [{ minResource: 'auto' }, 'minResource'],
    [{ maxResource: 0 }, 'maxResource'],
    [{ minResource: 9, maxResource: 3 }, 'maxResource must be at least minResource, but 3 < 9'],
    [{ bootstrapCount: 2 }, 'needs a fixed maxResource'],
    [{ reductionFactor: Number.NaN }, 'reductionFactor'],
  ])('hyperband refuses %j', (options, text) => {
    expect(refusal(() => new HyperbandPruner(options as object))).toContain(text);
  });

  it.each([[{ minResource: -1 }], [{ reductionFactor: 1 }], [{ bootstrapCount: 1 }]])('pasha refuses %j', (options) => {
    expect(refusal(() => new PashaPruner(options as object))).toContain(Object.keys(options)[0]);
  });

  it.each<[Pruner, (options: Json) => Pruner, Json]>([
    [
      new SuccessiveHalvingPruner(),
      SuccessiveHalvingPruner.fromConfig,
      { minResource: 'auto', reductionFactor: 4, minEarlyStoppingRate: 0, bootstrapCount: 0 },
    ],
    [
      new SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 3, minEarlyStoppingRate: 1, bootstrapCount: 5 }),
      SuccessiveHalvingPruner.fromConfig,
      { minResource: 2, reductionFactor: 3, minEarlyStoppingRate: 1, bootstrapCount: 5 },
    ],
    [
      new HyperbandPruner(),
      HyperbandPruner.fromConfig,
      { minResource: 1, maxResource: 'auto', reductionFactor: 3, bootstrapCount: 0 },
    ],
    [new PashaPruner(), PashaPruner.fromConfig, { minResource: 'auto', reductionFactor: 3 }],
  ])('come back from the saved config: %o', (pruner, fromConfig, options) => {
    expect(pruner.config).toEqual({ version: 1, options });
    expect(fromConfig(JSON.parse(JSON.stringify(options)) as Json).config).toEqual(pruner.config);
  });
});
