import type { TrialReports } from './history.ts';
import type { RecordStore } from './record-store.ts';
import { HistoryView } from './view.ts';

/**
 * The current study as a pruner sees it when it decides about one trial. Reports of that trial after the given step are
 * hidden, so a trial that runs again after a crash is not judged by later reports of its first run.
 */
export class PruneView extends HistoryView {
  readonly #trial: number;
  readonly #step: number;

  constructor(store: RecordStore, number: number, step: number) {
    super(store, number, Number.POSITIVE_INFINITY, null);
    this.#trial = number;
    this.#step = step;
  }

  override reports(row: number, metric?: string): TrialReports {
    const all = super.reports(row, metric);
    const { steps, values } = all;
    if (row !== this.#trial || !((steps[steps.length - 1] as number) > this.#step)) return all;
    const kept = Array.from(steps).filter((step) => step <= this.#step);
    return { steps: kept, values: Array.from(values).slice(0, kept.length) };
  }
}
