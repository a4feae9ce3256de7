import { later } from '../platform.ts';
import type { TrialTimeout } from './options.ts';

/** The time limit of trials, with defaults. */
export interface TimeLimit {
  readonly ms: number;
  readonly result: 'fail' | 'last-report';
}

export function readTimeLimit(option: TrialTimeout | undefined): TimeLimit | null {
  const { ms, result = 'fail' } = typeof option === 'object' ? option : { ms: option };
  return ms === undefined || ms === Number.POSITIVE_INFINITY ? null : { ms, result };
}

export const timedOut: unique symbol = Symbol('timed out');

/** Resolves to the result, or to {@link timedOut} if that takes longer. A later rejection is ignored. */
export function within<T>(ms: number, result: Promise<T>): Promise<T | typeof timedOut> {
  return new Promise((resolve, reject) => {
    const cancel = later(ms, () => resolve(timedOut), true);
    result.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
