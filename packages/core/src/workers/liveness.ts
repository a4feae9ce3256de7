import type { ProcessIdentity } from '../environment.ts';
import type { Owner } from './owner.ts';

/** Milliseconds for which the result of a process check is reused. */
const verdictAge = 200;

/**
 * Milliseconds. A lease that ended longer ago than this is over, even if the clocks of two hosts differ. A lease that
 * ended later is observed: see {@link Liveness.isOver}.
 */
const mostClockSkew = 300_000;

/** Leases that are observed at the same time. Trials end without notice, so the oldest observation is dropped. */
const mostObserved = 4096;

export interface LivenessOptions {
  readonly process: ProcessIdentity | null;
  /** Milliseconds. */
  readonly leaseMs: number;
  /** Wall clock in milliseconds since 1970. */
  readonly clock: () => number;
  /** Monotonic clock in milliseconds. */
  readonly monotonic: () => number;
}

/** Decides whether other workers are alive. */
export class Liveness {
  readonly #process: ProcessIdentity | null;
  readonly #leaseMs: number;
  readonly #clock: () => number;
  readonly #monotonic: () => number;
  readonly #verdicts = new Map<string, { readonly isAlive: boolean; readonly at: number }>();
  /** By trial: the last lease of another host that was read, and when it was read first. */
  readonly #leases = new Map<number, { readonly session: string; readonly until: number; readonly since: number }>();

  constructor({ process, leaseMs, clock, monotonic }: LivenessOptions) {
    this.#process = process;
    this.#leaseMs = leaseMs;
    this.#clock = clock;
    this.#monotonic = monotonic;
  }

  /** Whether the owner's process id is one of this process's own table: same host, same boot, same pid namespace. */
  sharesProcessTable({ host, boot, pidNamespace, pid }: Owner): boolean {
    if (pid === null || !this.#isOnThisHost(host, boot)) return false;
    return pidNamespace === (this.#process?.pidNamespace ?? null);
  }

  /** Whether the owner's process runs. Requires {@link sharesProcessTable}. */
  isRunning({ pid, born }: Owner): boolean {
    const key = `${pid} ${born}`;
    const at = this.#monotonic();
    const known = this.#verdicts.get(key);
    if (known !== undefined && at - known.at < verdictAge) return known.isAlive;
    const isAlive = this.#process?.isAlive(pid as number, born) ?? true;
    this.#verdicts.set(key, { isAlive, at });
    return isAlive;
  }

  #isOnThisHost(host: Owner['host'], boot: Owner['boot']): boolean {
    const own = this.#process;
    // Owners of earlier releases have no boot. Their lease decides.
    return own !== null && host === own.host && boot === (own.boot ?? null);
  }

  isThisProcess({ pid, born }: Owner): boolean {
    return pid === this.#process?.pid && born === this.#process?.born;
  }

  /**
   * Whether the lease of a trial is over. On one host the clocks are the same. Leases of other hosts are not compared with
   * the clock of this one, which may be minutes ahead: they are over when they were not renewed for the time of a lease
   * while this process watched.
   */
  isOver({ session, host, boot, until }: Owner, number: number): boolean {
    if (until === null) return false;
    const left = until / 1000 - this.#clock();
    if (this.#isOnThisHost(host, boot)) return left < 0;
    if (left < -mostClockSkew) return true;
    const at = this.#monotonic();
    const seen = this.#leases.get(number);
    if (seen?.session === session && seen.until === until) return at - seen.since > this.#leaseMs;
    this.#leases.set(number, { session, until, since: at });
    if (this.#leases.size > mostObserved) this.#leases.delete(this.#leases.keys().next().value as number);
    return false;
  }
}
