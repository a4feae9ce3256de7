/** Stamps are microseconds since 1970, UTC. Storages keep those of the years 1 to 9999, the range of Python's `datetime`. */

/** The stamp of 0001-01-01. */
const first = -62_135_596_800_000_000;
/** The stamp of 10000-01-01, the first one that is too large. */
const end = 253_402_300_800_000_000;

/** Whether storages can keep a stamp. */
export function isStamp(stamp: number): boolean {
  return stamp >= first && stamp < end;
}

/**
 * The stamp to give after `last`: now, or a larger one than `last`. Beyond the year 2255 not every microsecond can be
 * represented, so the next number is taken. At the end of the year 9999 there is none, and stamps repeat.
 */
export function nextStamp(now: number, last: number): number {
  const next = Math.abs(last) < 2 ** 53 ? last + 1 : last + Math.abs(last) * Number.EPSILON;
  return Math.max(now, next < end ? next : last);
}

/** The stamp of a date, NaN for an invalid one and outside the years 1 to 9999. */
export function stampOf(date: Date): number {
  const stamp = date.getTime() * 1000;
  return isStamp(stamp) ? stamp : Number.NaN;
}

/** The date of a stamp. It has whole milliseconds. */
export function dateOf(stamp: number): Date {
  // The stamp of a date beyond the year 2255 is rounded to a few microseconds more or less.
  return new Date(Number.isSafeInteger(stamp) ? Math.floor(stamp / 1000) : Math.round(stamp / 1000));
}
