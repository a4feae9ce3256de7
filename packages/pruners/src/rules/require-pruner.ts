import { AsktellError, type Pruner, show } from '@asktell/core';

/**
 * Checks that a value has the required members of a pruner.
 * @param what names the argument in the message
 * @throws AsktellError `invalid-argument`
 */
export function requirePruner(what: string, value: unknown): void {
  const { name, config, decide } = (value ?? {}) as Partial<Pruner>;
  if (typeof name === 'string' && typeof config === 'object' && typeof decide === 'function') return;
  throw new AsktellError(
    'invalid-argument',
    `${what} must be a pruner such as new MedianPruner(), not ${show(value)}.`,
  );
}
