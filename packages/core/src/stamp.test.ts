import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateOf, isStamp, nextStamp, stampOf } from './stamp.ts';

const [first, last] = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T23:59:59.999Z')];

it('dates of the years 1 to 9999 survive, others have no stamp', () => {
  fc.assert(
    fc.property(fc.date({ min: first, max: last, noInvalidDate: true }), (date) => {
      expect(dateOf(stampOf(date))).toEqual(date);
    }),
  );
  for (const date of [new Date(first.getTime() - 1), new Date(last.getTime() + 1), new Date(Number.NaN)])
    expect(stampOf(date)).toBeNaN();
  expect([first, last].map((date) => isStamp(stampOf(date)))).toEqual([true, true]);
});

it('the next stamp is larger, up to the end of the year 9999', () => {
  for (const date of [first, new Date(0), new Date(), new Date('2255-06-06'), new Date('9999-12-31')]) {
    let stamp = stampOf(date);
    for (let i = 0; i < 1000; i++) {
      const next = nextStamp(Number.NEGATIVE_INFINITY, stamp);
      expect(next).toBeGreaterThan(stamp);
      stamp = next;
    }
  }
  let stamp = stampOf(last);
  for (let i = 0; i < 1000; i++) stamp = nextStamp(0, stamp);
  expect(isStamp(stamp)).toBe(true);
  expect(nextStamp(7, 5)).toBe(7);
});
