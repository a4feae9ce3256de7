import { isPromise } from './awaitable.ts';
import { AsktellError, type ErrorCode, show } from './errors.ts';

/**
 * The boolean that a function of the user has returned. A promise would count as true.
 * @throws AsktellError `code` for any other value
 */
export function yesOrNo(value: unknown, code: ErrorCode, what: string): boolean {
  if (typeof value === 'boolean') return value;
  if (!isPromise(value)) throw new AsktellError(code, `${what} must return true or false, not ${show(value)}.`);
  value.catch(() => undefined); // It is not used. Avoids an unhandled rejection.
  throw new AsktellError(code, `${what} must return true or false, not a promise. Write a function that is not async.`);
}
