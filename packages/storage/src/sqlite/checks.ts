import { AsktellError, show } from '@asktell/core';

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Checks that every version of Optuna can store a name or key without changing it.
 * @throws AsktellError `invalid-argument`
 */
export function checkName(what: string, name: string): void {
  if (typeof name !== 'string')
    throw new AsktellError('invalid-argument', `${what} must be a string, not ${show(name)}.`);
  // Python counts code points. A string never has more code points than UTF-16 units, so short strings pass at once.
  if (name.length > 512 && [...name].length > 512)
    throw new AsktellError(
      'invalid-argument',
      `${what} must have at most 512 characters, unlike ${show(name)}. Shorten it.`,
    );
  if (loneSurrogate.test(name))
    throw new AsktellError(
      'invalid-argument',
      `${what} must not contain a lone surrogate, unlike ${show(name)}. Databases cannot store it; remove it.`,
    );
}
