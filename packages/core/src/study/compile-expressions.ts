import type { StudyEnvironment } from '../environment.ts';
import { AsktellError, show } from '../errors.ts';
import { withAllows } from '../space/compile.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';

/** The space with its expressions compiled, before anything is stored: their mistakes come out at once. */
export async function compileExpressions(
  space: DeclaredSpace,
  environment: StudyEnvironment | undefined,
): Promise<DeclaredSpace> {
  const sources = space.conditions.filter((condition) => typeof condition === 'string');
  if (sources.length === 0) return space;
  const compile = environment?.compileExpression ?? null;
  if (compile === null) {
    throw new AsktellError(
      'missing-dependency',
      `The condition ${show(sources[0])} is an expression, and only the package asktell compiles those; use its functions, or write a predicate.`,
    );
  }
  const predicates = await Promise.all(sources.map((source) => compile(source, space.compiled)));
  return withAllows(space, (x) => predicates.every((predicate) => predicate(x)));
}
