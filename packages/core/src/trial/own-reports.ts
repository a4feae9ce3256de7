import type { TrialRecord } from '../history/trial-record.ts';

/** Derivatives by flat parameter name, in the user's scale. */
export type Gradient = { readonly [name: string]: number };

/** What a running trial has reported so far. */
export class OwnReports {
  /** Steps that this worker has reported. */
  #steps: Set<number> | null = null;
  /** The largest step reported, including by earlier workers of this trial. -1 = none. */
  lastStep = -1;
  /** The largest step reported by this worker. The pruner decides about this step. */
  step = -1;
  /** The intermediate value of the largest step. NaN = none. */
  lastValue: number = Number.NaN;
  /** The derivatives reported with it. */
  lastGradient: Gradient | null = null;

  /** @param stored the reports of earlier workers */
  constructor(stored: TrialRecord['reports']) {
    if (stored === null || stored.steps.length === 0) return;
    this.lastStep = stored.steps[stored.steps.length - 1] as number;
    this.lastValue = stored.values[stored.values.length - 1] as number;
  }

  has(step: number): boolean {
    return this.#steps?.has(step) === true;
  }

  add(step: number, value: number, gradient: Gradient | null): void {
    this.#steps ??= new Set();
    this.#steps.add(step);
    this.step = Math.max(this.step, step);
    if (step < this.lastStep) return;
    this.lastStep = step;
    this.lastValue = value;
    this.lastGradient = gradient;
  }
}
