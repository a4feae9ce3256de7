import { categorical, type Distribution, float, int } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DistributionReader, distributionJson } from './distribution-json.ts';

/** Any character. Building fast-check's own `binary` unit takes a second. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));

describe('distributionJson', () => {
  test.each<[Distribution, string]>([
    [
      float(-5, 5),
      '{"name": "FloatDistribution", "attributes": {"step": null, "low": -5.0, "high": 5.0, "log": false}}',
    ],
    [
      float(1e-5, 0.1, { log: true }),
      '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 0.1, "log": true}}',
    ],
    [
      float(0, 1, { step: 0.25 }),
      '{"name": "FloatDistribution", "attributes": {"step": 0.25, "low": 0.0, "high": 1.0, "log": false}}',
    ],
    [int(1, 100), '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 1, "high": 100}}'],
    [
      int(1, 1024, { log: true }),
      '{"name": "IntDistribution", "attributes": {"log": true, "step": 1, "low": 1, "high": 1024}}',
    ],
    [
      categorical([null, true, false, 7, 2.5, 'relu', '7', '']),
      '{"name": "CategoricalDistribution", "attributes": {"choices": [null, true, false, 7, 2.5, "relu", "7", ""]}}',
    ],
    [
      categorical(['é/日本😀']),
      '{"name": "CategoricalDistribution", "attributes": {"choices": ["\\u00e9/\\u65e5\\u672c\\ud83d\\ude00"]}}',
    ],
  ])('is byte-equal to the output of Python: %j', (dist, text) => {
    expect(distributionJson(dist)).toBe(text);
    expect(distributionJson(dist)).toBe(text);
    expect(new DistributionReader().read(text)).toEqual(dist);
  });

  test('every distribution survives the round trip', () => {
    const bounds = fc.tuple(
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    );
    const floats = bounds.map(([a, b]) => float(Math.min(a, b), Math.max(a, b)));
    const choices = fc.uniqueArray(
      fc.oneof(
        fc.string({ unit: character }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
        fc.boolean(),
        fc.constant(null),
      ),
      { minLength: 1, maxLength: 8 },
    );
    const dist = fc.oneof(
      floats,
      choices.map((items) => categorical(items)),
    );
    const reader = new DistributionReader();
    fc.assert(
      fc.property(dist, (given) => {
        expect(reader.read(distributionJson(given))).toEqual(given);
      }),
    );
  });
});

describe('DistributionReader', () => {
  test('equal texts give one object', () => {
    const reader = new DistributionReader();
    const text = distributionJson(float(0, 1));
    expect(reader.read(text)).toBe(reader.read(`${text}`));
  });

  test('values that only Python distinguishes keep their text', () => {
    const text =
      '{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, [1, NaN], 9007199254740993, 1180591620717411303425]}}';
    const dist = new DistributionReader().read(text);
    expect(dist).toEqual({ kind: 'categorical', choices: [1, '[1,"NaN"]', 2 ** 53, 2 ** 70] });
    expect(distributionJson(dist)).toBe(text);
    const wide =
      '{"name": "IntDistribution", "attributes": {"log": false, "step": 1, "low": 0, "high": 9223372036854775807}}';
    expect(distributionJson(new DistributionReader().read(wide))).toBe(wide);
  });

  test('older and abbreviated forms are read and written in the current form', () => {
    const reader = new DistributionReader();
    expect(
      reader.read('{"name": "DiscreteUniformDistribution", "attributes": {"low": 0, "high": 1, "q": 0.25}}'),
    ).toEqual(float(0, 1, { step: 0.25 }));
    expect(reader.read('{"type": "int", "low": 1, "high": 3}')).toEqual(int(1, 3));
    const abbreviated = reader.read('{"type": "categorical", "choices": [1.0]}');
    expect(distributionJson(abbreviated)).toBe(distributionJson(categorical([1])));
  });

  test.each(['', 'null', '{"name": "NoSuchDistribution", "attributes": {}}', '{"name": "FloatDistribution"'])(
    '%j is rejected',
    (text) => {
      expect(() => new DistributionReader().read(text)).toThrow();
    },
  );
});
