import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../tests/ml/sklearn.ts';
import { accuracy, balancedAccuracy, f1 } from './classification.ts';
import { logLoss, rocAuc } from './probabilities.ts';
import { meanAbsoluteError, meanSquaredError, r2, rootMeanSquaredError } from './regression.ts';
import { readScoring, taskOfScorers } from './scorer.ts';

const close = (actual: number, expected: number | undefined): void =>
  expect(actual).toBeCloseTo(expected as number, 12);

describe('scores equal those of scikit-learn', () => {
  it.each(fixture.scores.map((entry, i) => [i, entry] as const))('classification %i', (_, entry) => {
    const { actual, predicted, probabilities } = entry;
    close(accuracy(actual, predicted), entry['accuracy']);
    close(balancedAccuracy(actual, predicted), entry['balancedAccuracy']);
    close(f1(actual, predicted, { average: 'macro' }), entry['f1Macro']);
    close(f1(actual, predicted, { average: 'micro' }), entry['f1Micro']);
    close(f1(actual, predicted, { average: 'weighted' }), entry['f1Weighted']);
    close(logLoss(actual, probabilities), entry['logLoss']);
    close(rocAuc(actual, probabilities), entry['rocAuc']);
    if (entry['f1'] === undefined) return;
    close(f1(actual, predicted), entry['f1']);
    // Two classes may also be given as the probability of the larger one.
    const positive = Float64Array.from(probabilities, (row) => row[1] as number);
    close(logLoss(actual, positive), entry['logLoss']);
    close(rocAuc(actual, positive), entry['rocAuc']);
  });

  it.each(fixture.regressions.map((entry, i) => [i, entry] as const))('regression %i', (_, entry) => {
    const { actual, predicted } = entry;
    close(meanSquaredError(actual, predicted), entry['meanSquaredError']);
    close(rootMeanSquaredError(actual, predicted), entry['rootMeanSquaredError']);
    close(meanAbsoluteError(actual, predicted), entry['meanAbsoluteError']);
    close(r2(actual, predicted), entry['r2']);
  });
});

describe('edge cases', () => {
  it('r2 of a constant target', () => {
    expect(r2([2, 2], [2, 2])).toBe(1);
    expect(r2([2, 2], [2, 3])).toBe(0);
  });

  it('a probability of 0 for the true class gives a finite loss', () => {
    expect(
      logLoss(
        [0, 1],
        [
          [0, 1],
          [0, 1],
        ],
      ),
    ).toBeCloseTo(-Math.log(2 ** -52) / 2, 10);
  });

  it('ties count half', () => {
    expect(rocAuc([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])).toBe(0.5);
  });

  it('the positive class can be chosen', () => {
    expect(f1(['no', 'yes', 'yes'], ['no', 'yes', 'no'])).toBeCloseTo(2 / 3, 12);
    expect(f1(['no', 'yes', 'yes'], ['no', 'yes', 'no'], { positive: 'no' })).toBeCloseTo(2 / 3, 12);
    expect(f1(['b', 'b'], ['b', 'b'], { positive: 'a' })).toBe(0);
  });

  it.each([
    ['different lengths', () => accuracy([1, 2], [1])],
    ['nothing', () => meanSquaredError([], [])],
    ['three classes for binary f1', () => f1([0, 1, 2], [0, 1, 2])],
    [
      'one class for rocAuc',
      () =>
        rocAuc(
          [1, 1],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        ),
    ],
    ['a class that does not occur', () => rocAuc([1, 1], [0.5, 0.5], { classes: [0, 1] })],
    [
      'probabilities of another number of classes',
      () =>
        logLoss(
          [0, 1, 2],
          [
            [1, 0],
            [1, 0],
            [1, 0],
          ],
        ),
    ],
    ['a label that is not among the classes', () => logLoss([0, 5], [0.5, 0.5], { classes: [0, 1] })],
  ])('%s is an error', (_, work) => {
    expect(work).toThrow(expect.objectContaining({ code: 'invalid-data' }));
  });
});

describe('readScoring', () => {
  it('reads names, lists and objects', () => {
    expect([...readScoring('t', 'r2').keys()]).toEqual(['score']);
    expect([...readScoring('t', ['accuracy', 'f1Macro']).keys()]).toEqual(['accuracy', 'f1Macro']);
    const own = readScoring('t', { mine: () => 1, error: 'negMeanSquaredError' });
    expect([...own.keys()]).toEqual(['mine', 'error']);
    expect(taskOfScorers(own)).toBe('regression');
    expect(taskOfScorers(readScoring('t', () => 1))).toBeUndefined();
  });

  it.each([['acuracy'], [[]], [{}], [null], [['r2', 'nope']], [5]])('rejects %j', (scoring) => {
    expect(() => readScoring('t', scoring as never)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
