import type { Json } from '../json.ts';
import type { ProcessIdentity } from './environment.ts';

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

/** How long a verdict about a process id is believed, in milliseconds. */
const verdictAge = 200;

/** Knows which running trials are worked on and which are orphans. */
export class Ownership {
  readonly worker: string;
  readonly session: string;
  /** Trials that this handle has given out and that were not told yet. */
  readonly active: Set<number> = new Set();
  readonly #named: boolean;
  readonly #process: ProcessIdentity | null;
  readonly #leaseMs: number | null;
  readonly #clock: () => number;
  readonly #verdicts = new Map<string, { readonly alive: boolean; readonly at: number }>();
  #unleased: Owner | null = null;

  /** `leaseMs` is `null` when the storage is not shared. */
  constructor(options: {
    worker: string | undefined;
    session: string;
    process: ProcessIdentity | null;
    leaseMs: number | null;
    clock: () => number;
  }) {
    const { process } = options;
    this.#named = options.worker !== undefined;
    this.worker =
      options.worker ?? (process === null ? options.session : `${process.host}:${process.pid}:${options.session}`);
    this.session = options.session;
    this.#process = process;
    this.#leaseMs = options.leaseMs;
    this.#clock = options.clock;
  }

  get leaseMs(): number | null {
    return this.#leaseMs;
  }

  /** The owner to store now. */
  stamp(): Owner {
    if (this.#leaseMs !== null) return this.#owner(Math.round((this.#clock() + this.#leaseMs) * 1000));
    this.#unleased ??= this.#owner(null);
    return this.#unleased;
  }

  #owner(until: number | null): Owner {
    const { host = null, pid = null, born = null } = this.#process ?? {};
    return { worker: this.worker, session: this.session, host, pid, born, until };
  }

  /** Whether a running trial with this owner is an orphan. A trial without an owner never is: somebody will tell it. */
  isLost(stored: Json, number: number): boolean {
    const owner = readOwner(stored);
    if (owner === null) return false;
    if (owner.session === this.session) return !this.active.has(number);
    if (owner.host !== null && owner.pid !== null && owner.host === this.#process?.host) {
      const same = owner.pid === this.#process.pid && owner.born === this.#process.born;
      // Another handle of this process lives, unless we are that worker, started again.
      return same ? this.#named && owner.worker === this.worker : !this.#alive(owner.pid, owner.born);
    }
    if (this.#named && owner.worker === this.worker) return true;
    return owner.until !== null && owner.until < this.#clock() * 1000;
  }

  #alive(pid: number, born: string | null): boolean {
    const key = `${pid} ${born}`;
    const at = this.#clock();
    const known = this.#verdicts.get(key);
    if (known !== undefined && Math.abs(at - known.at) < verdictAge) return known.alive;
    const alive = this.#process?.isAlive(pid, born) ?? true;
    this.#verdicts.set(key, { alive, at });
    return alive;
  }
}

export function readOwner(stored: Json): Owner | null {
  return typeof stored === 'object' && stored !== null && typeof (stored as { session?: unknown }).session === 'string'
    ? (stored as unknown as Owner)
    : null;
}
