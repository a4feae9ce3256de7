import { AsktellError, show } from '../errors.ts';
import { maxNameLength } from '../space/declared-space.ts';

/** The problem with a name, in the form of a `Check`; `null` if every storage can store it. */
export function nameProblem(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'must be a non-empty string';
  if (/\p{Surrogate}/u.test(name)) return 'must not contain a lone surrogate, which databases cannot store';
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
