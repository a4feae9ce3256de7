import { AsktellError, show } from '../errors.ts';
import { maxNameLength } from '../space/declared-space.ts';

/**
 * Names of parameters, attributes, workers: whatever a database has to store under a name.
 * @throws AsktellError `invalid-argument`
 */
export function checkName(where: string, name: unknown): asserts name is string {
  let trouble: string;
  if (typeof name !== 'string' || name === '') trouble = 'is no name; a name is a non-empty string';
  else if (/\p{Surrogate}/u.test(name)) trouble = 'holds half of a surrogate pair, which no database can store';
  else if ([...name].length > maxNameLength) trouble = `has more than ${maxNameLength} characters; shorten it`;
  else return;
  throw new AsktellError('invalid-argument', `${where}: ${show(name)} ${trouble}.`);
}
