import { Fold } from '../history/fold.ts';
import { PruneView } from '../history/prune-view.ts';
import type { RecordStore } from '../history/record-store.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { PruneDecision, Pruner, PrunerFoldContext } from '../pruner/pruner.ts';
import { rngFor } from '../rng/rng.ts';

const noRows: readonly number[] = [];

/** Owns the pruner's state, a fold over the finished trials, and asks the pruner. */
export class Pruning {
  readonly #pruner: Pruner;
  readonly #history: RecordStore;
  readonly #seed: number;
  readonly #study: string;
  readonly #fold: Fold<unknown, PrunerFoldContext> | null;

  constructor(pruner: Pruner, history: RecordStore, seed: number, study: string) {
    this.#pruner = pruner;
    this.#history = history;
    this.#seed = seed;
    this.#study = study;
    this.#fold = pruner.fold === undefined ? null : new Fold(history.order, pruner.fold, { study, history });
  }

  /** Whether nothing is ever pruned, so that there is nothing to read for a decision. */
  get isOff(): boolean {
    return this.#pruner.decide === NopPruner.prototype.decide;
  }

  /** Rows that have to be read again before a decision. */
  get rowsToRead(): readonly number[] {
    return this.#pruner.reads === 'running' ? Array.from(this.#history.running) : noRows;
  }

  /** A trial was inserted at this position of the finish order. */
  invalidate(position: number): void {
    this.#fold?.invalidate(position);
  }

  /** What the pruner says about a running trial at `step`. All of its reports must be stored and in the history. */
  decide(number: number, step: number): PruneDecision {
    return this.#pruner.decide(this.#fold?.at(this.#history.order.size), {
      study: this.#study,
      number,
      step,
      history: new PruneView(this.#history, number, step),
      rng: (purpose) => rngFor(this.#seed, number, `prune ${step} ${purpose}`),
    });
  }
}
