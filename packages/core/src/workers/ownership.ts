import type { ProcessIdentity } from '../environment.ts';
import { randomToken } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Storage } from '../storage/storage.ts';
import { consoleEnvironment, defaultLeaseMs, type HandleOptions } from '../study/handle.ts';
import { LeaseKeeper } from './lease.ts';
import { LoneWorker, type Owner } from './owner.ts';

/** How long a verdict about a process id is believed, in milliseconds. */
const verdictAge = 200;

/** Knows other processes and hosts, too: which of their trials are orphans, and that its own are on lease. */
export class Ownership extends LoneWorker {
  readonly leaseMs: number | null;
  readonly #named: boolean;
  readonly #process: ProcessIdentity | null;
  readonly #verdicts = new Map<string, { readonly alive: boolean; readonly at: number }>();
  readonly #leases: LeaseKeeper = new LeaseKeeper(this);

  /** `leaseMs` is `null` when the storage is not shared. */
  constructor(options: {
    worker: string | undefined;
    session: string;
    process: ProcessIdentity | null;
    leaseMs: number | null;
    clock?: () => number;
  }) {
    const { worker, session, process, leaseMs, clock } = options;
    super(session, process, worker, clock);
    this.#named = worker !== undefined;
    this.#process = process;
    this.leaseMs = leaseMs;
  }

  override stamp(): Owner {
    const owner = super.stamp();
    return this.leaseMs === null ? owner : { ...owner, until: Math.round((this.clock() + this.leaseMs) * 1000) };
  }

  protected override hasLost(owner: Owner): boolean {
    if (owner.host !== null && owner.pid !== null && owner.host === this.#process?.host) {
      const same = owner.pid === this.#process.pid && owner.born === this.#process.born;
      // Another handle of this process lives, unless we are that worker, started again.
      return same ? this.#named && owner.worker === this.worker : !this.#alive(owner.pid, owner.born);
    }
    return (this.#named && owner.worker === this.worker) || super.hasLost(owner);
  }

  #alive(pid: number, born: string | null): boolean {
    const key = `${pid} ${born}`;
    const at = this.clock();
    const known = this.#verdicts.get(key);
    if (known !== undefined && Math.abs(at - known.at) < verdictAge) return known.alive;
    const alive = this.#process?.isAlive(pid, born) ?? true;
    this.#verdicts.set(key, { alive, at });
    return alive;
  }

  override hold(number: number, session: Session): void {
    super.hold(number, session);
    this.#leases.start(session);
  }

  override release(number: number): void {
    super.release(number);
    if (this.active.size === 0) this.#leases.stop();
  }
}

/** For a handle with these options. */
export function ownershipOf({ capabilities }: Storage, options: HandleOptions): Ownership {
  const { worker, environment = consoleEnvironment, leaseMs = defaultLeaseMs } = options;
  return new Ownership({
    worker,
    session: randomToken(),
    process: environment.process,
    leaseMs: capabilities.shared ? leaseMs : null,
  });
}
