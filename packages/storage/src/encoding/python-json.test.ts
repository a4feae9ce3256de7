import { isDeepStrictEqual } from 'node:util';
import { isAsktellError, type Json } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePythonJson, pythonFloat, pythonJson } from './python-json.ts';

const number = fc.double().map((x) => x + 0); // excludes minus zero, which is written as 0
const wholeNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
);
/** Any character. Building fast-check's own `binary` unit takes a second. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));
const anyString = fc.string({ unit: character });
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    number,
    wholeNumber,
    anyString,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(anyString, fc.constantFrom('__proto__', 'constructor', '1', 'a')), tie('json'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
}));

describe('pythonJson and parsePythonJson', () => {
  test('values nested to the limit of Python are read by both parsers', () => {
    for (const leaf of ['1', 'NaN', '123456789012345678901']) {
      let value = parsePythonJson(`${'['.repeat(990)}${leaf}${']'.repeat(990)}`);
      for (let level = 0; level < 990; level++) value = (value as readonly Json[])[0] as Json;
      expect(value).toEqual(parsePythonJson(leaf));
    }
  });

  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(json, (value) => {
        // toStrictEqual compares `constructor`, which is a key here.
        expect(isDeepStrictEqual(parsePythonJson(pythonJson(value)), value)).toBe(true);
      }),
    );
  });

  test('the text is ASCII', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(pythonJson(value)).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('the parser agrees with JSON.parse on plain JSON', () => {
    const plain = fc.json().filter((text) => !/\d{16}/.test(text));
    // The leading Infinity forces the use of our parser.
    fc.assert(
      fc.property(plain, (text) => {
        expect(
          isDeepStrictEqual(parsePythonJson(`[Infinity, ${text}]`), [Number.POSITIVE_INFINITY, JSON.parse(text)]),
        ).toBe(true);
      }),
    );
  });

  test('lone surrogates survive the round trip', () => {
    for (const text of ['\ud800', '\udc00\ud800', 'a\udfffb']) expect(parsePythonJson(pythonJson(text))).toBe(text);
    expect(pythonJson('\ud83d')).toBe('"\\ud83d"');
  });
});

describe('pythonJson', () => {
  test.each<[string, Json]>([
    ['{"a": [1, 2.5, null, true, "\\u00e9\\ud83d\\ude00"], "b": {}}', { a: [1, 2.5, null, true, 'é😀'], b: {} }],
    ['[]', []],
    ['0', -0],
    ['1e+21', 1e21],
    ['1e-07', 1e-7],
    ['9007199254740992.0', 2 ** 53],
    ['NaN', Number.NaN],
    ['[Infinity, -Infinity]', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['1180591620717411303424', 1180591620717411303424n],
    ['"\\u0000\\u001f\\u007f\\b\\f\\n\\r\\t\\"\\\\/"', '\u0000\u001f\u007f\b\f\n\r\t"\\/'],
  ])('writes %s', (text, value) => expect(pythonJson(value)).toBe(text));

  test('undefined members are omitted', () => {
    expect(pythonJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b": 1}');
  });

  test('values that are not JSON are rejected', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    const holes: unknown[] = [];
    holes[1] = 1;
    for (const value of [
      undefined,
      () => 1,
      Symbol('s'),
      new Date(0),
      new Map(),
      circular,
      holes,
      { a: [new Set()] },
    ]) {
      expect(() => pythonJson(value as Json)).toThrow(
        expect.toSatisfy((error) => isAsktellError(error, 'invalid-argument')),
      );
    }
  });
});

describe('parsePythonJson', () => {
  test.each<[string, Json]>([
    ['[NaN, -Infinity, Infinity]', [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ['"NaN Infinity"', 'NaN Infinity'],
    ['{"a": 1, "a": NaN}', { a: Number.NaN }],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740992', -9007199254740992n],
    ['9007199254740991', 9007199254740991],
    ['0.12345678901234567890', 0.12345678901234568],
    ['12345678901234567890.0', 12345678901234567000],
    ['12345678901234567890e1', 123456789012345680000],
    [' [ 1234567890123456789 , "\\u00e9" ] ', [1234567890123456789n, 'é']],
    ['{}', {}],
  ])('%s', (text, value) => expect(parsePythonJson(text)).toStrictEqual(value));

  test('a key called __proto__ is a key', () => {
    const value = parsePythonJson('{"__proto__": {"x": NaN}}') as { [key: string]: Json };
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test.each([
    '',
    '[NaN',
    '[NaN,]',
    '{"a" NaN}',
    '{NaN: 1}',
    'NaN NaN',
    '-NaN',
    'Infinit',
    '[1,,NaN]',
    '"NaN',
    '01234567890123456789',
    '[NaN, nul]',
  ])('%s is rejected', (text) => {
    expect(() => parsePythonJson(text)).toThrow(SyntaxError);
  });
});

describe('pythonFloat', () => {
  test.each([
    [1, '1.0'],
    [-5, '-5.0'],
    [0, '0.0'],
    [-0, '0.0'],
    [0.1, '0.1'],
    [123.456, '123.456'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.5e-10, '1.5e-10'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [123456789012345680000, '1.2345678901234568e+20'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d is %s', (x, text) => expect(pythonFloat(x)).toBe(text));

  test('every number survives the round trip', () => {
    fc.assert(
      fc.property(number, (x) => {
        expect(Number(pythonFloat(x))).toBe(x);
      }),
    );
  });
});
