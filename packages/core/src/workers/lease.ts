import { keys } from '../attribute-keys.ts';
import { isAsktellError } from '../errors.ts';
import type { Json } from '../json.ts';
import { later } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { Ownership } from './ownership.ts';

/** Renews the leases of the trials that this handle runs, every third of a lease, while there are any. */
export class LeaseKeeper {
  readonly #ownership: Ownership;
  #callOff: (() => void) | null = null;

  constructor(ownership: Ownership) {
    this.#ownership = ownership;
  }

  start(session: Session): void {
    const { leaseMs } = this.#ownership;
    if (leaseMs === null || this.#callOff !== null) return;
    this.#callOff = later(leaseMs / 3, () => {
      this.#callOff = null;
      void this.#renew(session).finally(() => {
        if (this.#ownership.active.size > 0) this.start(session);
      });
    });
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  async #renew(session: Session): Promise<void> {
    const value = this.#ownership.stamp() as unknown as Json;
    for (const number of [...this.#ownership.active]) {
      const op: TrialOp = { kind: 'attr', number, scope: 'system', key: keys.owner, value };
      try {
        await session.write([op]);
      } catch (error) {
        // Told in the meantime, by us or by somebody else: nothing left to renew. Other troubles surface at the next tell.
        if (isAsktellError(error, 'trial-finished')) this.#ownership.release(number);
      }
    }
  }
}
