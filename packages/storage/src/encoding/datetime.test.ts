import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { formatDatetime, parseDatetime } from './datetime.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

// Outside the years 1684 to 2255, a double cannot represent every microsecond.
const stamp = fc.oneof(
  fc.maxSafeInteger(),
  fc
    .double({ min: -62_135_596_800_000_000, max: 253_402_300_799_999_900, noNaN: true })
    .map((us) => Math.round(us) + 0),
);

describe('datetimes', () => {
  test('every microsecond survives the round trip', () => {
    fc.assert(
      fc.property(stamp, (us) => {
        expect(parseDatetime(formatDatetime(us, 'utc'), 'utc')).toBe(us);
      }),
    );
  });

  test('the text has the form that every version of Optuna reads', () => {
    fc.assert(
      fc.property(stamp, (us) => {
        expect(formatDatetime(us, 'utc')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
      }),
    );
  });

  test.each([
    [0, '1970-01-01 00:00:00.000000'],
    [-1, '1969-12-31 23:59:59.999999'],
    [1_795_433_526_643_914, '2026-11-23 11:32:06.643914'],
    [-8_000_000_000_000_001, '1716-06-28 09:46:39.999999'],
    [-62_135_596_800_000_000, '0001-01-01 00:00:00.000000'],
    [253_402_214_400_000_000, '9999-12-31 00:00:00.000000'],
    [253_402_300_799_999_000, '9999-12-31 23:59:59.999008'],
  ])('%d is %s', (us, text) => {
    expect(formatDatetime(us, 'utc')).toBe(text);
    expect(parseDatetime(text, 'utc')).toBe(us);
  });

  test('local times use the time zone of the machine', () => {
    process.env['TZ'] = 'Asia/Tokyo';
    expect(formatDatetime(1_795_433_526_643_914, 'local')).toBe('2026-11-23 20:32:06.643914');
    expect(parseDatetime('2026-11-23 20:32:06.643914', 'local')).toBe(1_795_433_526_643_914);
    fc.assert(
      fc.property(fc.nat(4e15), (us) => {
        expect(parseDatetime(formatDatetime(us, 'local'), 'local')).toBe(us);
      }),
    );
  });

  test('years before 100 are not moved to the twentieth century', () => {
    process.env['TZ'] = 'Asia/Tokyo';
    for (const zone of ['utc', 'local'] as const) {
      const us = parseDatetime('0005-04-22 17:33:19.000000', zone);
      expect(formatDatetime(us, zone)).toBe('0005-04-22 17:33:19.000000');
    }
  });

  test('shorter fractions are read as fractions', () => {
    expect(parseDatetime('1970-01-01 00:00:01', 'utc')).toBe(1_000_000);
    expect(parseDatetime('1970-01-01 00:00:01.5', 'utc')).toBe(1_500_000);
    expect(parseDatetime('1970-01-01 00:00:01.123', 'utc')).toBe(1_123_000);
  });

  test.each([
    '',
    'now',
    '2026-08-21',
    '2026-08-21T12:00:00.123456',
    '2026-08-21 12:00:00.123456+00:00',
    '2026-13-01 00:00:00',
    '2026-01-01 24:00:00.000000',
    '2026-01-01 00:00:00.12345x',
    '2026-01-01 00:00:0a.123456',
  ])('%j is not a date', (text) => {
    expect(parseDatetime(text, 'utc')).toBeNaN();
  });

  test('a local time must stay in the range of Python, too', () => {
    process.env['TZ'] = 'Asia/Tokyo';
    expect(formatDatetime(-62_135_596_800_000_000, 'local')).toBe('0001-01-01 09:18:59.000000');
    expect(() => formatDatetime(253_402_300_799_000_000, 'local')).toThrow(RangeError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 3e17, -7e16])('%d µs is rejected', (us) => {
    expect(() => formatDatetime(us, 'utc')).toThrow(RangeError);
  });
});
