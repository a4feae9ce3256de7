import type { Awaitable } from '../json.ts';
import { later } from '../platform.ts';

/** Renews the leases of active trials, every third of the lease time. */
export class LeaseKeeper {
  readonly #leaseMs: number | null;
  readonly #renew: () => Awaitable<unknown>;
  #cancel: (() => void) | null = null;
  #isOn = false;

  /** @param renew renews all leases in one write */
  constructor(leaseMs: number | null, renew: () => Awaitable<unknown>) {
    this.#leaseMs = leaseMs;
    this.#renew = renew;
  }

  start(): void {
    this.#isOn = true;
    if (this.#leaseMs === null || this.#cancel !== null) return;
    this.#cancel = later(this.#leaseMs / 3, () => void this.#renewAndContinue());
  }

  stop(): void {
    this.#isOn = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  async #renewAndContinue(): Promise<void> {
    try {
      await this.#renew();
    } catch {
      // The next renewal tries again. An error that stays surfaces at the next tell.
    }
    this.#cancel = null;
    if (this.#isOn) this.start();
  }
}
