import { AsktellError, show } from '@asktell/core';

const loneSurrogate = /\p{Surrogate}/u;

/** Names and keys that every version of Optuna can store and that come back as they went in. */
export function checkName(what: string, name: string): void {
  if (typeof name !== 'string')
    throw new AsktellError('invalid-argument', `${what} must be a string, not ${show(name)}.`);
  // Counted as Python does, in code points; no string of 512 units has more of them.
  if (name.length > 512 && [...name].length > 512)
    throw new AsktellError('invalid-argument', `${what} ${show(name)} is longer than 512 characters; shorten it.`);
  if (loneSurrogate.test(name))
    throw new AsktellError(
      'invalid-argument',
      `${what} ${show(name)} holds half of a surrogate pair, which no database can store.`,
    );
}
