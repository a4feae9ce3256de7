import { type AsktellError, type ErrorCode, isAsktellError } from '@asktell/core';
import { expect } from 'vitest';

/**
 * Expects `action` to throw or reject with an `AsktellError` of the given code, and returns the error.
 * @example await refused('study-not-found', () => storage.pull(unknown, null))
 */
export async function refused(code: ErrorCode | readonly ErrorCode[], action: () => unknown): Promise<AsktellError> {
  const codes = typeof code === 'string' ? [code] : code;
  let outcome: unknown;
  try {
    outcome = await action();
  } catch (error) {
    if (!isAsktellError(error)) throw error;
    expect(codes, `code of the error: ${error.message}`).toContain(error.code);
    expect(error.message.length, 'the error has a message').toBeGreaterThan(10);
    return error;
  }
  return expect.unreachable(`expected an error with code ${codes.join(' or ')}, got ${String(outcome)}`);
}
