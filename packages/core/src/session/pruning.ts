import { isPromise } from '../awaitable.ts';
import { AsktellError, show } from '../errors.ts';
import { Fold } from '../history/fold.ts';
import { PruneView } from '../history/prune-view.ts';
import type { RecordStore } from '../history/record-store.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { PruneDecision, Pruner, PrunerFoldContext } from '../pruner/pruner.ts';
import { rngFor } from '../rng/rng.ts';

const noRows: readonly number[] = [];

/** Asks the pruner, and owns its state. */
export class Pruning {
  readonly #pruner: Pruner;
  readonly #history: RecordStore;
  readonly #seed: number;
  readonly #study: string;
  readonly #fold: Fold<unknown, PrunerFoldContext> | null;
  /** Number of decisions in progress, by trial. */
  readonly #pending = new Map<number, number>();

  constructor(pruner: Pruner, history: RecordStore, seed: number, study: string) {
    this.#pruner = pruner;
    this.#history = history;
    this.#seed = seed;
    this.#study = study;
    this.#fold = pruner.fold === undefined ? null : new Fold(history.order, pruner.fold, { study, history });
  }

  /** Whether the pruner never prunes. Reports then need not be read. */
  get isOff(): boolean {
    return this.#pruner.decide === NopPruner.prototype.decide;
  }

  /** Rows to read again before a decision. */
  get rowsToRead(): readonly number[] {
    return this.#pruner.reads === 'running' ? Array.from(this.#history.running) : noRows;
  }

  /** Must be called when a trial is inserted at this position of the finish order. */
  invalidate(position: number): void {
    this.#fold?.invalidate(position);
  }

  /**
   * Decides about a running trial at `step`. Its reports must be stored and in the history.
   * @throws AsktellError `unsupported` for a pruner that makes no decision
   */
  decide(number: number, step: number): PruneDecision {
    const decision = this.#pruner.decide(this.#fold?.at(this.#history.order.size), {
      study: this.#study,
      number,
      step,
      history: new PruneView(this.#history, number, step),
      rng: (purpose) => rngFor(this.#seed, number, `prune ${step} ${purpose}`),
    });
    if (typeof (decision as Partial<PruneDecision> | undefined)?.prune === 'boolean') return decision;
    throw new AsktellError(
      'unsupported',
      `Pruner ${show(this.#pruner.name)} must decide with { prune: true } or { prune: false }, not with ${isPromise(decision) ? 'a promise' : show(decision)}.`,
    );
  }

  /** Keeps an account of a decision that the user's code may not await. */
  track(number: number, decision: Promise<boolean>): Promise<boolean> {
    this.#pending.set(number, (this.#pending.get(number) ?? 0) + 1);
    const settled = (): void => {
      const left = (this.#pending.get(number) as number) - 1;
      if (left > 0) this.#pending.set(number, left);
      else this.#pending.delete(number);
    };
    decision.then(settled, settled); // With a handler, an error that is not awaited does not end the process.
    return decision;
  }

  /** Whether a decision about a trial is not made yet. */
  isPending(number: number): boolean {
    return this.#pending.has(number);
  }
}
