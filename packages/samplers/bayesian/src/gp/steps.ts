import { nextTurn, type Offload } from '@asktell/core';
import { type FitRequest, fitParameters } from './model/fit.ts';
import { fitModule } from './thread/fit-module.ts';

/**
 * A computation in short steps. It yields a fit, whose parameters it gets back, or `null` where other work may run in
 * between. The result does not depend on where and when the steps run.
 */
export type Steps<T> = Generator<FitRequest | null, T, Float64Array | undefined>;

/** A fit as a step. */
export function* fitted(request: FitRequest): Steps<Float64Array> {
  return (yield request) as Float64Array;
}

/** Takes all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  let next = steps.next();
  while (next.done !== true) next = steps.next(next.value === null ? undefined : fitParameters(next.value));
  return next.value;
}

/** Takes each step in its own turn of the event loop, and long fits in another thread. */
export async function inTurns<T>(steps: Steps<T>, offload: Offload): Promise<T> {
  let next = steps.next();
  while (next.done !== true) {
    const request = next.value;
    if (request === null) await nextTurn();
    const isLong = request !== null && work(request.targets.length, request.numeric + request.categorical) > mostWork;
    next = steps.next(
      request === null ? undefined : isLong ? await offload(fitModule, request) : fitParameters(request),
    );
  }
  return next.value;
}

/** Work that may hold the event loop: a fit to about 100 observations of 10 parameters, some 20 ms. */
export const mostWork = 1.5e6;

/**
 * An estimate of the work of a fit, in arbitrary units. It depends on sizes only, so that equal studies take equal
 * paths.
 * @param n number of observations
 * @param d number of columns
 */
export function work(n: number, d: number): number {
  return n * n * (n + 6 * d);
}
