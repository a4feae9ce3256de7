import type { Awaitable } from '../json.ts';
import type { DeclaredSpace } from '../space/compile.ts';
import type { StudyEnvironment } from './environment.ts';
import { seldom } from './load-seldom.ts';

/**
 * The space with its expressions compiled, before anything is stored: their mistakes come out at once. Synchronous when
 * there are none, which is usual, so that what compiles them is loaded only then.
 */
export function withExpressions(
  space: DeclaredSpace,
  environment: StudyEnvironment | undefined,
): Awaitable<DeclaredSpace> {
  return space.conditions.some((condition) => typeof condition === 'string')
    ? seldom(({ compileExpressions }) => compileExpressions(space, environment))
    : space;
}
