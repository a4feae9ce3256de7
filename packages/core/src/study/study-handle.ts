import { Session, type SessionOptions } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { consoleEnvironment, type HandleOptions } from './handle.ts';
import { Study } from './study.ts';

/** A stored study, and what it goes on with. */
export interface StudySettings extends Omit<SessionOptions, 'environment' | 'orphans'> {
  readonly space: DeclaredSpace | null;
}

/** Makes the handle of a stored study. */
export function openStudy<P extends object>(settings: StudySettings, options: HandleOptions): Study<P> {
  const { environment = consoleEnvironment, orphans = 'reclaim', ownsStorage } = options;
  const session = new Session({ ...settings, environment, orphans });
  return new Study<P>(session, settings.space, ownsStorage === true);
}
