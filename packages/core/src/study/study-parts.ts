import type { RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { DeclaredSpaces } from './declare-space.ts';
import type { StudyEnvironment } from './study-options.ts';

/** What a study consists of. */
export interface StudyParts {
  readonly session: Session;
  readonly space: DeclaredSpace | null;
  readonly spaces: DeclaredSpaces;
  /** Whether the study closes the storage. */
  readonly ownsStorage: boolean;
  readonly onInterrupt: StudyEnvironment['onInterrupt'];
  /** Policies of the option `repeat` that are known by name. */
  readonly repeatPolicies: readonly RepeatPolicy[];
}
