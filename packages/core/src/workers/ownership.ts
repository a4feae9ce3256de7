import type { ProcessIdentity } from '../environment.ts';
import type { Awaitable, Json } from '../json.ts';
import { now, randomToken } from '../platform.ts';
import type { TrialOp } from '../storage/storage.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Liveness } from './liveness.ts';
import { type Holding, type Owner, readOwner } from './owner.ts';
import { isRunHere, register, unregister } from './session-registry.ts';

export interface OwnershipOptions {
  /** Name of the worker. Default: `host:pid:session`, or the session alone if `process` is `null`. */
  readonly worker?: string | undefined;
  /** Default: a random string. */
  readonly session?: string;
  readonly process: ProcessIdentity | null;
  /** `null` when no other process can see the storage. */
  readonly leaseMs: number | null;
  /** Wall clock in milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  readonly monotonic?: () => number;
  /** Stores renewed leases of the {@link Ownership.active} trials. */
  readonly renew: () => Awaitable<unknown>;
}

/** A trial of this handle that is not told yet. */
export interface HeldTrial {
  /** Takes the operations that the trial has not stored yet. */
  takeOps(): readonly TrialOp[];
}

/** Decides who holds a running trial, and renews the leases of this handle's trials. */
export class Ownership {
  readonly worker: string;
  readonly session: string;
  /** Trials under an owner of this handle that are not told yet. `null`: the trial is not open yet. */
  readonly active: Map<number, HeldTrial | null> = new Map();
  readonly #isNamed: boolean;
  readonly #leaseMs: number | null;
  readonly #clock: () => number;
  readonly #owner: Owner;
  readonly #liveness: Liveness;
  readonly #leases: LeaseKeeper;
  /** The owner of a trial of a plain ask. */
  readonly plain: Owner;
  /** The owner of a trial that this handle has released. */
  readonly released: Owner;

  constructor(options: OwnershipOptions) {
    const { worker, session = randomToken(), process, leaseMs, renew } = options;
    const { clock = () => Date.now(), monotonic = now } = options;
    this.session = session;
    this.worker = worker ?? (process === null ? session : `${process.host}:${process.pid}:${session}`);
    this.#isNamed = worker !== undefined;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
    const { host = null, boot = null, pidNamespace = null, pid = null, born = null } = process ?? {};
    this.#owner = { worker: this.worker, session, host, boot, pidNamespace, pid, born, until: null };
    this.plain = { ...this.#owner, plain: true };
    this.released = { ...this.#owner, until: 0 };
    this.#liveness = new Liveness({ process, leaseMs: leaseMs ?? 0, clock, monotonic });
    this.#leases = new LeaseKeeper(leaseMs, renew);
  }

  /** Microseconds since 1970. */
  get now(): number {
    return this.#clock() * 1000;
  }

  /** The owner to store, with a lease that starts now. */
  stamp(): Owner {
    return this.#leaseMs === null
      ? this.#owner
      : { ...this.#owner, until: Math.round(this.now + this.#leaseMs * 1000) };
  }

  /** Who holds the running trial `number` with this owner. */
  holding(stored: Json, number: number): Holding {
    const owner = readOwner(stored);
    if (owner === null) return 'foreign';
    if (owner.until === 0) return 'released';
    if (owner.plain === true) return 'plain';
    // A trial of this handle that is not active could not be stored. This process is alive, so it did not die.
    if (owner.session === this.session) return this.active.has(number) ? 'held' : 'released';
    return this.#isDead(owner, number) ? 'orphaned' : 'held';
  }

  /** Whether this handle runs the trial with this owner. */
  isOwn(stored: Json): boolean {
    const owner = readOwner(stored);
    return owner !== null && owner.session === this.session && owner.until !== 0;
  }

  /** Whether the worker of another handle is dead. */
  #isDead(owner: Owner, number: number): boolean {
    // A worker that was started again under its name has no trials in progress.
    const isOurName = this.#isNamed && owner.worker === this.worker;
    if (!this.#liveness.sharesProcessTable(owner)) return isOurName || this.#liveness.isOver(owner, number);
    if (!this.#liveness.isThisProcess(owner)) return !this.#liveness.isRunning(owner);
    // Another handle of this thread is alive, unless this one was opened under the same worker name. Whether another thread
    // is alive only its lease tells.
    return isOurName || !(isRunHere(owner.session, number) ?? !this.#liveness.isOver(owner, number));
  }

  /** Adds a trial whose lease this handle renews. */
  hold(number: number, trial: HeldTrial | null): void {
    if (this.active.size === 0) register(this.session, this.active);
    this.active.set(number, trial);
    this.#leases.start();
  }

  /** Removes a trial that has ended or is given up. */
  drop(number: number): void {
    this.active.delete(number);
    if (this.active.size > 0) return;
    unregister(this.session);
    this.#leases.stop();
  }
}
