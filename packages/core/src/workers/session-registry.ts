/** The part of a handle's ownership that other handles of the thread read. */
export interface ActiveTrials {
  has(number: number): boolean;
}

const registryKey = Symbol.for('asktell.sessions');

/** By session: the trials that handles of this thread run, also those of other copies of this package. */
function sessions(): Map<string, ActiveTrials> {
  const globals = globalThis as { [registryKey]?: Map<string, ActiveTrials> };
  globals[registryKey] ??= new Map();
  return globals[registryKey];
}

/** Must be called while a handle has active trials. */
export function register(session: string, active: ActiveTrials): void {
  sessions().set(session, active);
}

/** Must be called when a handle has no active trial left. */
export function unregister(session: string): void {
  sessions().delete(session);
}

/** Whether a handle of this thread runs the trial. `undefined` for a session of another thread. */
export function isRunHere(session: string, number: number): boolean | undefined {
  return sessions().get(session)?.has(number);
}
