import { type AsktellError, type ErrorCode, isAsktellError } from '@asktell/core';
import { expect } from 'vitest';

/**
 * Expects `action` to throw, or to reject, with a typed error of this code, and returns it.
 * @example await refused('study-not-found', () => storage.pull(unknown, null))
 */
export async function refused(code: ErrorCode | readonly ErrorCode[], action: () => unknown): Promise<AsktellError> {
  const codes = typeof code === 'string' ? [code] : code;
  let outcome: unknown;
  try {
    outcome = await action();
  } catch (error) {
    if (!isAsktellError(error)) throw error;
    expect(codes, `the error's code, of: ${error.message}`).toContain(error.code);
    expect(error.message.length, 'an error says what happened').toBeGreaterThan(10);
    return error;
  }
  return expect.unreachable(`expected an error with code ${codes.join(' or ')}, got ${String(outcome)}`);
}
