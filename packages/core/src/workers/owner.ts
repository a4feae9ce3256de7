import type { ProcessIdentity } from '../environment.ts';
import type { Json } from '../json.ts';
import type { Session } from '../session/session.ts';

/** Who runs a trial: the stored value of `asktell:owner`. */
export interface Owner {
  /** Name of the worker. One worker of a name at a time: who starts again under a name takes its trials over. */
  readonly worker: string;
  /** One study handle of one process. */
  readonly session: string;
  readonly host: string | null;
  readonly pid: number | null;
  readonly born: string | null;
  /** End of the lease, microseconds since 1970; `null` in a storage that no other process can see. */
  readonly until: number | null;
}

/** What to do with trials whose worker is gone. */
export type OrphanPolicy =
  | 'reclaim' // the next ask goes on with them: same number, same parameters
  | 'fail' // they end as `fail` with reason `lost`
  | 'leave';

/**
 * Knows which running trials are worked on and which are orphans, in a new study that nobody else can see. What else there
 * is to know about workers is in `Ownership`.
 */
export class LoneWorker {
  readonly worker: string;
  /** Trials that this handle has given out and that were not told yet. */
  readonly active: Set<number> = new Set();
  readonly session: string;
  /** Milliseconds since 1970, as other hosts count them. Leases need no precision. */
  readonly clock: () => number;
  readonly #owner: Owner;

  /** The default name is made of host, process and a random part. */
  constructor(
    session: string,
    process: ProcessIdentity | null = null,
    worker: string = process === null ? session : `${process.host}:${process.pid}:${session}`,
    clock: () => number = () => Date.now(),
  ) {
    this.worker = worker;
    this.session = session;
    this.clock = clock;
    const { host = null, pid = null, born = null } = process ?? {};
    this.#owner = { worker, session, host, pid, born, until: null };
  }

  /** The owner to store now. */
  stamp(): Owner {
    return this.#owner;
  }

  /** Whether a running trial with this owner is an orphan. A trial without an owner never is: somebody will tell it. */
  isLost(stored: Json, number: number): boolean {
    const owner = readOwner(stored);
    if (owner === null) return false;
    return owner.session === this.session ? !this.active.has(number) : this.hasLost(owner);
  }

  /** Whether a trial of another handle is an orphan. */
  protected hasLost(owner: Owner): boolean {
    return owner.until !== null && owner.until < this.clock() * 1000;
  }

  /** A trial was given out under a lease. */
  hold(number: number, _session: Session): void {
    this.active.add(number);
  }

  release(number: number): void {
    this.active.delete(number);
  }
}

export function readOwner(stored: Json): Owner | null {
  return typeof stored === 'object' && stored !== null && typeof (stored as { session?: unknown }).session === 'string'
    ? (stored as unknown as Owner)
    : null;
}
