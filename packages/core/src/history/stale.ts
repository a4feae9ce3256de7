/** Milliseconds after which a running trial of another program counts as abandoned. */
export const defaultStaleAfter: number = 24 * 3_600_000;

/**
 * Microseconds. Optuna stores a heartbeat of a trial, but not its interval. An older heartbeat than this means that its
 * worker is gone.
 */
const heartbeatLimit = 600e6;

/**
 * Whether a running trial of another program is abandoned. Nobody will tell it, so it holds no cell, is not pending and
 * does not count in a total.
 * @param startedAt microseconds since 1970
 * @param heartbeatAt the last sign of life, microseconds since 1970; `undefined` if the program stores none
 * @param at the time of the question, microseconds since 1970
 * @param staleAfter milliseconds
 */
export function isStale(startedAt: number, heartbeatAt: number | undefined, at: number, staleAfter: number): boolean {
  return heartbeatAt === undefined ? at - startedAt > staleAfter * 1000 : at - heartbeatAt > heartbeatLimit;
}
