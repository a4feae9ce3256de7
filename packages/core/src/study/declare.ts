import type { StudyEnvironment } from '../environment.ts';
import { compileSpace } from '../space/compile.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Space } from '../space/infer.ts';
import { compileExpressions } from './compile-expressions.ts';

/** Any space, checked and flattened, its expressions compiled before anything is stored: their mistakes come out at once. */
export async function declareSpace(space: Space, environment: StudyEnvironment | undefined): Promise<DeclaredSpace> {
  return compileExpressions(compileSpace(space), environment);
}
