import { AsktellError, show } from '../errors.ts';
import { maxNameLength } from '../space/declared-space.ts';

/** Why a database cannot store something under this name; `null` when it can. */
export function nameProblem(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'must be a non-empty string';
  if (/\p{Surrogate}/u.test(name)) return 'must not contain half of a surrogate pair, which databases cannot store';
  if ([...name].length > maxNameLength) return `must have at most ${maxNameLength} characters`;
  return null;
}

/**
 * Checks a name of a parameter, attribute or constraint.
 * @throws AsktellError `invalid-argument`
 */
export function checkName(where: string, name: unknown): asserts name is string {
  const problem = nameProblem(name);
  if (problem !== null) throw new AsktellError('invalid-argument', `${where}: a name ${problem}, not ${show(name)}.`);
}
