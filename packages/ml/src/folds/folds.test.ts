import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { checkFolds } from './check-folds.ts';
import { GroupKFold } from './group-k-fold.ts';
import { KFold, LeaveOneOut } from './k-fold.ts';
import { RepeatedKFold, RepeatedStratifiedKFold } from './repeated.ts';
import { HoldOutSplit, ShuffleSplit } from './shuffle-split.ts';
import type { Fold, Splitter } from './splitter.ts';
import { StratifiedKFold } from './stratified-k-fold.ts';
import { TimeSeriesSplit } from './time-series-split.ts';

const splitters: { readonly [kind: string]: (options: { readonly [name: string]: number }) => Splitter } = {
  kFold: (options) => new KFold(options),
  leaveOneOut: () => new LeaveOneOut(),
  stratified: (options) => new StratifiedKFold(options),
  group: (options) => new GroupKFold(options),
  timeSeries: (options) => new TimeSeriesSplit(options),
};

const plain = (folds: readonly Fold[]): unknown => folds.map(({ train, test }) => [[...train], [...test]]);

describe('folds equal those of scikit-learn', () => {
  it.each(
    fixture.folds.map(
      (entry) => [`${entry.kind} of ${entry.samples} ${JSON.stringify(entry.options)}`, entry] as const,
    ),
  )('%s', (_, { kind, samples, labels, groups, options, folds }) => {
    const splitter = (splitters[kind] as (typeof splitters)[string])(options);
    expect(plain(splitter.split({ samples, labels, groups }))).toEqual(folds);
  });
});

describe('laws of splitters', () => {
  const sizes = fc.record({
    samples: fc.integer({ min: 12, max: 80 }),
    folds: fc.integer({ min: 2, max: 6 }),
    seed: fc.nat(),
  });
  const labelsOf = (samples: number): number[] => Array.from({ length: samples }, (_, i) => (i * i) % 2);

  it('each row is tested once, and fitted on in all other folds', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ samples, folds, seed }, stratified) => {
        const options = { folds: stratified ? 2 : folds, shuffle: true, seed };
        const splitter = stratified ? new StratifiedKFold(options) : new KFold(options);
        const split = splitter.split({ samples, labels: labelsOf(samples) });
        const tested = split.flatMap(({ test }) => [...test]).sort((a, b) => a - b);
        expect(tested).toEqual(Array.from({ length: samples }, (_, i) => i));
        for (const { train, test } of split) expect(train.length + test.length).toBe(samples);
        checkFolds('test', split, { samples });
      }),
    );
  });

  it('equal seeds give equal folds, other seeds other folds', () => {
    const split = (splitter: Splitter): unknown => plain(splitter.split({ samples: 60, labels: labelsOf(60) }));
    for (const make of [
      (seed: number) => new KFold({ shuffle: true, seed }),
      (seed: number) => new StratifiedKFold({ shuffle: true, seed }),
      (seed: number) => new ShuffleSplit({ seed }),
      (seed: number) => new RepeatedKFold({ seed, repeats: 2 }),
      (seed: number) => new HoldOutSplit({ seed, stratified: true }),
    ]) {
      expect(split(make(5))).toEqual(split(make(5)));
      expect(split(make(5))).not.toEqual(split(make(6)));
    }
  });

  it('repeats differ', () => {
    const split = new RepeatedStratifiedKFold({ folds: 3, repeats: 2 }).split({ samples: 30, labels: labelsOf(30) });
    expect(split).toHaveLength(6);
    expect(plain(split.slice(0, 3))).not.toEqual(plain(split.slice(3)));
  });

  it('shuffle-split has the sizes of scikit-learn, and keeps the shares of the classes if asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 5, max: 60 }),
        fc.nat(),
        (samples, percent, seed) => {
          const [fold] = new ShuffleSplit({ folds: 1, testSize: percent / 100, seed, stratified: true }).split({
            samples,
            labels: Array.from({ length: samples }, (_, i) => (i % 4 === 0 ? 'rare' : 'common')),
          }) as [Fold];
          expect(fold.test.length).toBe(Math.ceil((percent / 100) * samples));
          expect(fold.train.length + fold.test.length).toBe(samples);
          const rare = [...fold.test].filter((row) => row % 4 === 0).length;
          expect(Math.abs(rare - (fold.test.length * Math.ceil(samples / 4)) / samples)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('a time series is never fitted on its future, and the gap is kept', () => {
    const options = fc.record({ folds: fc.integer({ min: 2, max: 5 }), gap: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(options, fc.integer({ min: 40, max: 90 }), ({ folds, gap }, samples) => {
        for (const { train, test } of new TimeSeriesSplit({ folds, gap }).split({ samples }))
          expect((test[0] as number) - (train.at(-1) as number)).toBe(gap + 1);
      }),
    );
  });
});

describe('bad data', () => {
  const fails = (work: () => unknown, code: string, message: RegExp): void => {
    expect(work).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  };

  it('fewer rows than folds', () => {
    fails(() => new KFold({ folds: 5 }).split({ samples: 4 }), 'invalid-folds', /4 rows.*5 folds/);
    fails(() => new LeaveOneOut().split({ samples: 1 }), 'invalid-folds', /1 rows/);
    fails(
      () => new TimeSeriesSplit({ folds: 3, testSize: 4 }).split({ samples: 12 }),
      'invalid-folds',
      /leave nothing/,
    );
    fails(() => new ShuffleSplit({ testSize: 0.9 }).split({ samples: 2 }), 'invalid-folds', /empty side/);
    fails(() => new GroupKFold({ folds: 3 }).split({ samples: 4, groups: [1, 1, 2, 2] }), 'invalid-folds', /2 groups/);
  });

  it('classes that cannot be stratified', () => {
    fails(
      () => new StratifiedKFold({ folds: 2 }).split({ samples: 4, labels: [1, 1, 1, 1] }),
      'invalid-data',
      /all rows have the class 1/,
    );
    fails(
      () => new StratifiedKFold({ folds: 3 }).split({ samples: 7, labels: ['a', 'a', 'a', 'a', 'a', 'b', 'b'] }),
      'invalid-data',
      /class "b" has 2 rows, fewer than the 3 folds/,
    );
    fails(() => new StratifiedKFold({ folds: 2 }).split({ samples: 4 }), 'invalid-data', /needs one label per row/);
    fails(() => new GroupKFold({ folds: 2 }).split({ samples: 4, groups: [1] }), 'invalid-data', /one group per row/);
  });

  it('folds of your own', () => {
    const fold = (train: number[], test: number[]): Fold => ({
      train: Int32Array.from(train),
      test: Int32Array.from(test),
    });
    const checked =
      (folds: readonly Fold[], rules: object = {}) =>
      () =>
        checkFolds('search', folds, { samples: 4, ...rules });
    fails(checked([[0, 1] as never]), 'invalid-folds', /fold 0 must be \{ train, test \}/);
    fails(checked([]), 'invalid-folds', /no folds/);
    fails(checked([fold([0, 1], [])]), 'invalid-folds', /fold 0 has no rows to score on/);
    fails(checked([fold([], [1])]), 'invalid-folds', /fold 0 has no rows to fit on/);
    fails(checked([fold([0, 4], [1])]), 'invalid-folds', /contains row 4/);
    fails(checked([fold([0, -1], [1])]), 'invalid-folds', /contains row -1/);
    fails(checked([fold([0, 1], [1])]), 'invalid-folds', /fits and scores on row 1/);
    fails(
      checked([fold([0, 1], [2])], { groups: ['a', 'b', 'b', 'c'] }),
      'invalid-folds',
      /group "b" is on both sides of fold 0/,
    );
    fails(checked([fold([0, 3], [2])], { ordered: true }), 'invalid-folds', /row 3, which comes after row 2/);
    expect(checked([fold([0, 3], [2])])).not.toThrow();
  });

  it('options', () => {
    for (const make of [
      () => new KFold({ folds: 1 }),
      () => new StratifiedKFold({ folds: 2.5 }),
      () => new TimeSeriesSplit({ gap: -1 }),
      () => new ShuffleSplit({ testSize: 1 }),
      () => new RepeatedKFold({ repeats: 0 }),
      () => new GroupKFold({ groups: 3 } as object),
    ])
      fails(make, 'invalid-argument', /must be|no option/);
  });
});
