import { Fold } from '../history/fold.ts';
import { PruneView } from '../history/prune-view.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { Json } from '../json.ts';
import { rngFor } from '../rng/rng.ts';
import type { TrialWriter } from '../trial/write-buffer.ts';
import type { Session } from './session.ts';

/** Owns the pruner's state, a fold over the finished trials, and asks the pruner. */
export class Pruning {
  readonly #session: Session;
  readonly #store: RecordStore;
  readonly #fold: Fold<unknown>;

  constructor(session: Session) {
    const { pruner, store } = session;
    this.#session = session;
    this.#store = store;
    this.#fold = new Fold<unknown>(store.order, {
      init: () => pruner.init?.(store),
      absorb: (state, row) => pruner.absorb?.(state, row, store),
      clone: pruner.clone === undefined ? null : (state) => pruner.clone?.(state),
    });
  }

  /** A trial was inserted at this position of the finish order. */
  invalidate(position: number): void {
    this.#fold.invalidate(position);
  }

  /** Whether a running trial, all of whose reports are stored, should end at `step`. */
  async decide(number: number, step: number, writer: TrialWriter): Promise<boolean> {
    const { pruner, seed } = this.#session;
    const store = this.#store;
    await this.#session.refresh(pruner.reads === 'running' ? Array.from(store.running) : []);
    const state = pruner.init === undefined ? undefined : this.#fold.at(store.order.size);
    const { prune, note } = pruner.decide(state, {
      number,
      step,
      history: new PruneView(store, number, step),
      rng: (purpose) => rngFor(seed, number, `prune ${step} ${purpose}`),
    });
    if (note !== undefined) {
      const key = `asktell:pruner:${pruner.name}`;
      await writer.push({ kind: 'attr', number, scope: 'system', key, value: note as Json });
    }
    return prune;
  }
}
