import { isAsktellError, type Json, type Pruner, savePart } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { AllOfPruner } from './combine/all-of-pruner.ts';
import { AnyOfPruner } from './combine/any-of-pruner.ts';
import { HyperbandPruner } from './halving/hyperband-pruner.ts';
import { SuccessiveHalvingPruner } from './halving/successive-halving-pruner.ts';
import { PatientPruner } from './patient/patient-pruner.ts';
import { MedianPruner } from './percentile/median-pruner.ts';
import { PercentilePruner } from './percentile/percentile-pruner.ts';
import { ThresholdPruner } from './threshold/threshold-pruner.ts';
import { WilcoxonPruner } from './wilcoxon/wilcoxon-pruner.ts';

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

const halving = new SuccessiveHalvingPruner();

describe('options that are refused', () => {
  it.each<readonly [string, () => unknown, string]>([
    ['threshold without bounds', () => new ThresholdPruner({}), 'give a bound'],
    ['threshold, bounds the wrong way round', () => new ThresholdPruner({ lower: 2, upper: 1 }), '2 > 1'],
    ['threshold at NaN', () => new ThresholdPruner({ upper: Number.NaN }), 'upper must be a finite number'],
    ['threshold at infinity', () => new ThresholdPruner({ upper: Number.POSITIVE_INFINITY }), 'Infinity'],
    ['threshold, warmup', () => new ThresholdPruner({ upper: 1, warmupSteps: -1 }), 'warmupSteps'],
    ['threshold, interval', () => new ThresholdPruner({ upper: 1, intervalSteps: 0 }), 'intervalSteps'],
    ['patience below 0', () => new PatientPruner(null, { patience: -1 }), 'patience'],
    ['no patience', () => new PatientPruner(null, {} as { patience: number }), 'patience'],
    ['minDelta', () => new PatientPruner(null, { patience: 1, minDelta: -1 }), 'minDelta'],
    ['patience with no pruner', () => new PatientPruner({} as Pruner, { patience: 1 }), 'must be a pruner'],
    ['wilcoxon, p', () => new WilcoxonPruner({ pThreshold: 1.5 }), 'pThreshold must be a number from 0 to 1'],
    ['wilcoxon, startup', () => new WilcoxonPruner({ startupSteps: -1 }), 'startupSteps'],
    ['median, window', () => new MedianPruner({ window: 0 }), 'window must be a whole number, 1 or more'],
    ['any of nothing', () => new AnyOfPruner([]), 'at least one pruner'],
    ['all of a number', () => new AllOfPruner([halving, 3 as unknown as Pruner]), 'pruner 2 must be'],
    [
      'two that store rungs',
      () => new AnyOfPruner([halving, new PatientPruner(new HyperbandPruner(), { patience: 1 })]),
      'successive-halving and hyperband store the same attributes',
    ],
    [
      'saved options without pruners',
      () => AnyOfPruner.fromConfig({}, () => halving),
      'must contain a list of pruners',
    ],
    ['saved options that are no object', () => AllOfPruner.fromConfig(null, () => halving), 'null'],
  ])('%s', (_, make, text) => {
    expect(refusal(make)).toContain(text);
  });
});

describe('saved and made again', () => {
  const restore = (saved: Json): Pruner => {
    const { name, options } = saved as unknown as { readonly name: string; readonly options: Json };
    const classes = [
      ThresholdPruner,
      PatientPruner,
      WilcoxonPruner,
      MedianPruner,
      PercentilePruner,
      SuccessiveHalvingPruner,
      AnyOfPruner,
      AllOfPruner,
    ];
    const found = classes.find(({ savedName }) => savedName === name);
    return (found as typeof PatientPruner).fromConfig(options, restore);
  };

  it.each<readonly [string, Pruner]>([
    ['threshold', new ThresholdPruner({ lower: -1, warmupSteps: 2 })],
    ['patience alone', new PatientPruner(null, { patience: 2, minDelta: 0.5 })],
    ['patience, nested', new PatientPruner(new PatientPruner(halving, { patience: 1 }), { patience: 2 })],
    ['wilcoxon', new WilcoxonPruner({ pThreshold: 0.01, startupSteps: 5 })],
    ['median with a window', new MedianPruner({ window: 4 })],
    ['percentile with a window', new PercentilePruner(10, { window: 4 })],
    ['any of', new AnyOfPruner([new MedianPruner(), new AllOfPruner([halving, new ThresholdPruner({ upper: 1 })])])],
  ])('%s', (_, pruner) => {
    const again = restore(JSON.parse(JSON.stringify(savePart(pruner))) as Json);
    expect(again).toBeInstanceOf(pruner.constructor);
    expect(savePart(again)).toEqual(savePart(pruner));
    expect(again.reads ?? 'finished').toBe(pruner.reads ?? 'finished');
  });

  it('an option that is left out is not saved', () => {
    expect(new MedianPruner().config.options).not.toHaveProperty('window');
    expect(new ThresholdPruner({ upper: 1 }).config.options).not.toHaveProperty('lower');
  });
});
