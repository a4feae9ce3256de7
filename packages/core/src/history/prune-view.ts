import type { TrialReports } from './history.ts';
import type { RecordStore } from './record-store.ts';
import { HistoryView } from './view.ts';

/**
 * The study now, as a pruner sees it when it decides about one trial. Of that trial only reports up to the step in question:
 * a trial that runs again after a crash is not judged by what it reported later the first time.
 */
export class PruneView extends HistoryView {
  readonly #trial: number;
  readonly #step: number;

  constructor(store: RecordStore, number: number, step: number) {
    super(store, number, Number.POSITIVE_INFINITY, null);
    this.#trial = number;
    this.#step = step;
  }

  override reports(row: number): TrialReports {
    const all = super.reports(row);
    const { steps, values } = all;
    if (row !== this.#trial || !((steps[steps.length - 1] as number) > this.#step)) return all;
    const kept = Array.from(steps).filter((step) => step <= this.#step);
    return { steps: kept, values: Array.from(values).slice(0, kept.length) };
  }
}
