/** Up to this number of observations, each one is followed by a fit. */
const fitAlways = 20;
/** Later the number grows by this share between two fits, by at most `mostBetween`. */
const growth = 0.1;
const mostBetween = 25;
/** Number of fits from one cold start, which does not depend on earlier fits, to the next. */
const coldEvery = 10;

/** A fit with its position in the schedule. */
export interface ScheduledFit {
  readonly index: number;
  /** Number of observations. */
  readonly count: number;
}

function nextCount(count: number): number {
  return count < fitAlways ? count + 1 : count + Math.min(mostBetween, Math.max(1, Math.floor(growth * count)));
}

/** Whether the fit starts from constants instead of the previous fit. */
export function isCold({ index }: ScheduledFit): boolean {
  return index % coldEvery === 0;
}

/** The fits that lead to the last one scheduled for at most `count` observations, from its last cold start on. */
export function fitsUpTo(count: number): readonly ScheduledFit[] {
  let fits: ScheduledFit[] = [];
  let index = 0;
  for (let next = 1; next <= count; next = nextCount(next)) {
    const fit = { index: index++, count: next };
    fits = isCold(fit) ? [fit] : [...fits, fit];
  }
  return fits;
}
