/** How far the fine clock may stray from the system's before it is set again. */
const toleranceMs = 3;

let offset = 0;

/**
 * Microseconds since 1970. `Date.now` counts whole milliseconds, too coarse for trials that take less; the performance
 * timer is fine but does not follow when the system clock is set, so the two are compared at every call.
 */
export function nowMicroseconds(): number {
  const coarse = Date.now();
  const fine = performance.now();
  if (!(Math.abs(coarse - (offset + fine)) <= toleranceMs)) offset = coarse - fine;
  return Math.floor((offset + fine) * 1000);
}
