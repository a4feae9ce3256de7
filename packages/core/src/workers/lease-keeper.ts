import { isAsktellError } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import { later } from '../platform.ts';

/** Renews the leases of active trials, every third of the lease time. */
export class LeaseKeeper {
  readonly #leaseMs: number | null;
  readonly #active: Set<number>;
  readonly #renew: (number: number) => Awaitable<unknown>;
  #cancel: (() => void) | null = null;

  /** @param active trials under lease. A trial that turns out to be finished is removed. */
  constructor(leaseMs: number | null, active: Set<number>, renew: (number: number) => Awaitable<unknown>) {
    this.#leaseMs = leaseMs;
    this.#active = active;
    this.#renew = renew;
  }

  start(): void {
    if (this.#leaseMs === null || this.#cancel !== null) return;
    this.#cancel = later(this.#leaseMs / 3, () => {
      this.#cancel = null;
      void this.#renewAll().finally(() => {
        if (this.#active.size > 0) this.start();
      });
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  async #renewAll(): Promise<void> {
    for (const number of [...this.#active]) {
      try {
        await this.#renew(number);
      } catch (error) {
        // The trial was told in the meantime. Other errors surface at the next tell.
        if (isAsktellError(error, 'trial-finished')) this.#active.delete(number);
      }
    }
  }
}
