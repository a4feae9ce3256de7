/** Maximum drift in milliseconds between the two clocks before the offset is recomputed. */
const toleranceMs = 3;

let offset = 0;

/**
 * Microseconds since 1970. `Date.now` has millisecond resolution, which is too coarse for short trials. The performance
 * timer has a finer resolution but ignores changes of the system clock, so each call compares the two.
 */
export function nowMicroseconds(): number {
  const coarse = Date.now();
  const fine = performance.now();
  if (!(Math.abs(coarse - (offset + fine)) <= toleranceMs)) offset = coarse - fine;
  return Math.floor((offset + fine) * 1000);
}
