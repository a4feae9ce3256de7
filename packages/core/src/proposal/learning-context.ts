import type { RecordStore } from '../history/record-store.ts';
import { HistoryView } from '../history/view.ts';
import { Context } from './context.ts';
import type { SampleTask } from './request.ts';

/** What a sampler sees that looks at the history. */
export class LearningContext extends Context {
  readonly #store: RecordStore;
  readonly #pending: Int32Array | null;
  #view: HistoryView | null = null;

  constructor(store: RecordStore, seed: number, task: SampleTask, pending: Int32Array | null, attempt: number) {
    super(seed, task, attempt);
    this.#store = store;
    this.#pending = pending;
  }

  override get history(): HistoryView {
    this.#view ??= new HistoryView(this.#store, this.number, this.task.startedAt, this.#pending);
    return this.#view;
  }
}
