import type { ProcessIdentity } from '../environment.ts';
import type { Awaitable, Json } from '../json.ts';
import { randomToken } from '../platform.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { type Owner, readOwner } from './owner.ts';

/** Milliseconds for which the result of a process check is reused. */
const verdictAge = 200;

export interface OwnershipOptions {
  /** Name of the worker. Default: `host:pid:session`, or the session alone if `process` is `null`. */
  readonly worker?: string | undefined;
  /** Default: a random string. */
  readonly session?: string;
  readonly process: ProcessIdentity | null;
  /** `null` when no other process can see the storage. */
  readonly leaseMs: number | null;
  /** Wall clock in milliseconds since 1970, comparable across hosts. Default `Date.now`. */
  readonly clock?: () => number;
  /** Stores a renewed lease. A rejection with `trial-finished` ends it. */
  readonly renew: (number: number, owner: Owner) => Awaitable<unknown>;
}

/** Decides which running trials are orphans, and renews the leases of this handle's trials. */
export class Ownership {
  readonly worker: string;
  readonly session: string;
  /** Leased trials of this handle that are not told yet. */
  readonly active: Set<number> = new Set();
  readonly #isNamed: boolean;
  readonly #process: ProcessIdentity | null;
  readonly #leaseMs: number | null;
  readonly #clock: () => number;
  readonly #owner: Owner;
  readonly #verdicts = new Map<string, { readonly isAlive: boolean; readonly at: number }>();
  readonly #leases: LeaseKeeper;

  constructor(options: OwnershipOptions) {
    const { worker, session = randomToken(), process, leaseMs, clock = () => Date.now(), renew } = options;
    this.session = session;
    this.worker = worker ?? (process === null ? session : `${process.host}:${process.pid}:${session}`);
    this.#isNamed = worker !== undefined;
    this.#process = process;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
    const { host = null, pid = null, born = null } = process ?? {};
    this.#owner = { worker: this.worker, session, host, pid, born, until: null };
    this.#leases = new LeaseKeeper(leaseMs, this.active, (number) => renew(number, this.stamp()));
  }

  /** The owner to store, with a lease that starts now. */
  stamp(): Owner {
    return this.#leaseMs === null
      ? this.#owner
      : { ...this.#owner, until: Math.round((this.#clock() + this.#leaseMs) * 1000) };
  }

  /** Whether a running trial with this owner is an orphan. A trial without an owner never is: it may still be told. */
  isOrphan(stored: Json, number: number): boolean {
    const owner = readOwner(stored);
    if (owner === null) return false;
    return owner.session === this.session ? !this.active.has(number) : this.#isOrphanOf(owner);
  }

  /** Whether a trial of another handle is an orphan. */
  #isOrphanOf(owner: Owner): boolean {
    const { host, pid, born, worker, until } = owner;
    const isOurName = this.#isNamed && worker === this.worker;
    if (host !== null && pid !== null && host === this.#process?.host) {
      const isThisProcess = pid === this.#process.pid && born === this.#process.born;
      // Another handle of this process is alive, unless this one was opened under the same worker name.
      return isThisProcess ? isOurName : !this.#isAlive(pid, born);
    }
    return isOurName || (until !== null && until < this.#clock() * 1000);
  }

  #isAlive(pid: number, born: string | null): boolean {
    const key = `${pid} ${born}`;
    const at = this.#clock();
    const known = this.#verdicts.get(key);
    if (known !== undefined && Math.abs(at - known.at) < verdictAge) return known.isAlive;
    const isAlive = this.#process?.isAlive(pid, born) ?? true;
    this.#verdicts.set(key, { isAlive, at });
    return isAlive;
  }

  /** Adds a trial whose lease this handle renews. */
  hold(number: number): void {
    this.active.add(number);
    this.#leases.start();
  }

  /** Removes a trial that has ended or is given up. */
  release(number: number): void {
    this.active.delete(number);
    if (this.active.size === 0) this.#leases.stop();
  }
}
