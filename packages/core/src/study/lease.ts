import { isAsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import { later } from '../platform.ts';
import { keys } from '../storage/keys.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { Session } from './session.ts';

/** Renews the leases of the trials that this handle runs, every third of a lease, while there are any. */
export class LeaseKeeper {
  readonly #session: Session;
  #callOff: (() => void) | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** A trial was given out under a lease. */
  hold(number: number): void {
    const { active, leaseMs } = this.#session.ownership;
    active.add(number);
    if (leaseMs !== null && this.#callOff === null) this.#schedule(leaseMs);
  }

  release(number: number): void {
    const { active } = this.#session.ownership;
    active.delete(number);
    if (active.size === 0 && this.#callOff !== null) {
      this.#callOff();
      this.#callOff = null;
    }
  }

  /** The handle is closed: its trials become orphans when their leases run out, or at once for workers of this host. */
  releaseAll(): void {
    for (const number of [...this.#session.ownership.active]) this.release(number);
  }

  #schedule(leaseMs: number): void {
    this.#callOff = later(leaseMs / 3, () => {
      this.#callOff = null;
      void this.#renew().finally(() => {
        if (this.#session.ownership.active.size > 0 && this.#callOff === null) this.#schedule(leaseMs);
      });
    });
  }

  async #renew(): Promise<void> {
    const { ownership } = this.#session;
    const value = ownership.stamp() as unknown as Json;
    for (const number of [...ownership.active]) {
      const op: TrialOp = { kind: 'attr', number, scope: 'system', key: keys.owner, value };
      try {
        await this.#session.write([op]);
      } catch (error) {
        // Told in the meantime, by us or by somebody else: nothing left to renew. Other troubles surface at the next tell.
        if (isAsktellError(error, 'trial-finished')) this.release(number);
      }
    }
  }
}
