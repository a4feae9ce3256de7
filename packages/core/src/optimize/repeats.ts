import { keys } from '../attribute-keys.ts';
import { AsktellError } from '../errors.ts';
import { Fold } from '../history/fold.ts';
import { PruneView } from '../history/prune-view.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { PrunerFoldContext } from '../pruner/pruner.ts';
import { fixedRepeats, type RepeatPolicy } from '../pruner/repeat-policy.ts';
import { rngFor } from '../rng/rng.ts';
import type { Session } from '../session/session.ts';
import { decideOutcome, outcomeOfReturn } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { Outcome } from '../workers/ending.ts';
import { yesOrNo } from '../yes-or-no.ts';
import { meanAndError } from './mean-and-error.ts';

/** Why a trial is measured no more. */
export type RepeatsEnd =
  /** It has all its measurements, or one that is NaN. */
  | { readonly by: 'mean' }
  /** The objective returned something that is not a measurement, or the trial has ended. */
  | { readonly by: 'value'; readonly value: unknown }
  /** The objective threw. */
  | { readonly by: 'error'; readonly error: unknown }
  /** The trial has reports that are not measurements. */
  | { readonly by: 'reports'; readonly error: AsktellError }
  /** A measurement could not be stored. */
  | { readonly by: 'refusal'; readonly error: unknown }
  /** The policy threw. Its next trial would meet the same error. */
  | { readonly by: 'policy'; readonly error: unknown }
  /** The call was stopped, or another worker has the trial. It keeps its measurements. */
  | { readonly by: 'interruption' };

/** Measures the trials of one `optimize` call several times each. The measurements are the reports of the trial. */
export class Repeats {
  readonly #session: Session;
  readonly #max: number;
  readonly #policy: RepeatPolicy;
  readonly #measurements = new WeakMap<Trial, number[]>();
  #fold: { readonly history: RecordStore; readonly states: Fold<unknown, PrunerFoldContext> } | null = null;

  /** @throws AsktellError `unsupported` in a study with several objectives */
  constructor(session: Session, max: number, policy: RepeatPolicy) {
    const objectives = session.study.directions.length;
    if (objectives > 1)
      throw new AsktellError(
        'unsupported',
        `optimize: repeat needs one objective, but the study has ${objectives}. Measure several times in the objective, and return the means.`,
      );
    this.#session = session;
    this.#max = max;
    this.#policy = policy;
  }

  /** Follows the history until {@link close}. */
  open(): void {
    this.#session.onInserted.add(this.#invalidate);
  }

  close(): void {
    this.#session.onInserted.delete(this.#invalidate);
  }

  readonly #invalidate = (position: number): void => this.#fold?.states.invalidate(position);

  /** The mean of the measurements so far, those of earlier workers included. NaN if there are none. */
  meanOf(trial: Trial): number {
    return meanAndError(this.#measurements.get(trial) ?? []).mean;
  }

  /** The outcome of a trial with the measurements so far. */
  outcomeOf(trial: Trial): Outcome {
    const values = this.#measurements.get(trial) ?? [];
    const at = values.findIndex(Number.isNaN);
    if (at >= 0)
      return { state: 'fail', values: null, failure: { code: 'nan', message: `Measurement ${at} was NaN.` } };
    const { mean, sem } = meanAndError(values);
    const outcome = decideOutcome(mean, {}, 1, Number.NaN);
    return sem === null ? outcome : { ...outcome, attrs: [[keys.sem, [sem]]] };
  }

  /**
   * Measures a trial until it has enough measurements.
   * @param call measures once. Resolves to `undefined` if the call was stopped.
   */
  async measure(trial: Trial, call: () => Promise<{ readonly value: unknown } | undefined>): Promise<RepeatsEnd> {
    const { buffer, number } = trial;
    const values: number[] = [];
    const counting: { repeat: number } = trial; // read-only for objectives
    this.#measurements.set(trial, values);
    if (trial.reports.lastStep >= 0) {
      try {
        await this.#readStored(trial, values);
      } catch (error) {
        return { by: 'refusal', error };
      }
      if (values.length !== trial.reports.lastStep + 1) return { by: 'reports', error: ownReports(number) };
    }
    for (;;) {
      const isAgain = await this.#isAgain(trial, values);
      if (isAgain !== true) return isAgain;
      counting.repeat = values.length;
      let measured: { readonly value: unknown } | undefined;
      try {
        measured = await call();
      } catch (error) {
        return trial.reports.lastStep >= values.length
          ? { by: 'reports', error: ownReports(number) }
          : { by: 'error', error };
      }
      if (measured === undefined) return { by: 'interruption' };
      const { value } = measured;
      const { values: read, failure } = outcomeOfReturn(value, 1, Number.NaN);
      if (buffer.isFinished || failure?.code === 'invalid-value') return { by: 'value', value };
      if (trial.reports.lastStep >= values.length) return { by: 'reports', error: ownReports(number) };
      if (!this.#session.workers.active.has(number)) {
        if (trial.cancellation === null)
          this.#session.notices.print(
            'error',
            'taken over',
            `Trial ${number} has been taken over by another worker. The returned value is ignored.`,
          );
        return { by: 'interruption' };
      }
      const measurement = read?.[0] ?? Number.NaN;
      try {
        await trial.report(measurement, values.length);
      } catch (error) {
        if (buffer.refusal === undefined) return { by: 'refusal', error };
      }
      values.push(measurement);
    }
  }

  async #readStored({ number }: Trial, values: number[]): Promise<void> {
    await this.#session.refresh([number]);
    values.push(...Array.from(this.#session.history.reports(number).values));
  }

  /** Whether to measure once more; if not, why. */
  async #isAgain(trial: Trial, values: readonly number[]): Promise<true | RepeatsEnd> {
    const n = values.length;
    if (n === 0) return true;
    const isEnough = n >= this.#max || Number.isNaN(values[n - 1]);
    // The trial fails if the storage has refused what the objective wrote.
    if (isEnough || trial.buffer.refusal !== undefined) return { by: 'mean' };
    if (this.#policy.again !== fixedRepeats.again) {
      try {
        await this.#session.refresh();
      } catch (error) {
        return { by: 'refusal', error };
      }
      try {
        if (!this.#asksFor(trial.number, n - 1)) return { by: 'mean' };
      } catch (error) {
        return { by: 'policy', error };
      }
    }
    // A trial that its objective has had pruned goes on no further.
    if (trial.cancellation === 'pruned') return { by: 'mean' };
    return true;
  }

  /** Whether the policy asks for one more measurement after `step`. */
  #asksFor(number: number, step: number): boolean {
    const { history, seed, study } = this.#session;
    const policy = this.#policy;
    const { name } = study.ref;
    if (policy.fold !== undefined && this.#fold?.history !== history)
      this.#fold = { history, states: new Fold(history.order, policy.fold, { study: name, history }) };
    const again: unknown = policy.again(this.#fold?.states.at(history.order.size), {
      study: name,
      number,
      step,
      history: new PruneView(history, number, step),
      rng: (purpose) => rngFor(seed, number, `repeat ${step} ${purpose}`),
      max: this.#max,
    });
    return yesOrNo(again, 'invalid-argument', `optimize: repeat: the policy ${policy.name}`);
  }
}

function ownReports(number: number): AsktellError {
  return new AsktellError(
    'unsupported',
    `Trial ${number} has reports of its own. With the option repeat of optimize, the steps of a trial are its measurements. Remove trial.report from the objective, or the option.`,
  );
}
