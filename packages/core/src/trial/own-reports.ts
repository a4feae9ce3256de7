import { keys } from '../attribute-keys.ts';
import { checkOptions } from '../checks/checks.ts';
import { show } from '../errors.ts';
import { stepKey } from '../history/named-reports.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { checkGradient, type Gradient } from './measured.ts';
import {
  checkMetrics,
  checkReport,
  type MetricValues,
  type ReportOptions,
  reportChecks,
} from './measurement-checks.ts';
import type { TrialParams } from './trial-params.ts';

/** What a running trial has reported so far. */
export class OwnReports {
  readonly #session: Session;
  readonly #number: number;
  readonly #params: TrialParams;
  /** Steps that this worker has reported. */
  #steps: Set<number> | null = null;
  /** The stored name of the main metric. `null`: nothing was reported by name. */
  #main: string | null;
  /** The largest step reported, including by earlier workers of this trial. -1 = none. */
  lastStep = -1;
  /** The largest step reported by this worker. The pruner decides about this step. */
  step = -1;
  /** The last intermediate value, which is that of the main metric. NaN = none. */
  lastValue: number = Number.NaN;
  /** The derivatives reported with the largest step. */
  lastGradient: Gradient | null = null;

  constructor(session: Session, { number, reports, systemAttrs }: TrialRecord, params: TrialParams) {
    this.#session = session;
    this.#number = number;
    this.#params = params;
    const main = systemAttrs?.get(keys.metric);
    this.#main = typeof main === 'string' ? main : null;
    if (reports === null || reports.steps.length === 0) return;
    this.lastStep = reports.steps[reports.steps.length - 1] as number;
    this.lastValue = reports.values[reports.steps.length - 1] as number;
  }

  /**
   * @returns the operations that store a report. `null`: the step was reported before, and this report is ignored.
   * @throws AsktellError `invalid-value`, `invalid-argument`
   */
  add(value: number | MetricValues, step: number, options: ReportOptions): readonly TrialOp[] | null {
    const { study, metrics, history, notices } = this.#session;
    const number = this.#number;
    checkReport(value, step);
    if (typeof value !== 'number') checkMetrics(value, metrics.declared);
    checkOptions('report', options, reportChecks);
    const { gradient } = options;
    const slopes =
      gradient === undefined ? null : { ...checkGradient(gradient, study.directions.length, this.#params) };
    if (this.#steps?.has(step) === true) {
      notices.print(
        'warn',
        'repeated report',
        `Trial ${number} has already reported step ${step}. The value ${show(value)} is ignored.`,
      );
      return null;
    }
    this.#steps ??= new Set();
    this.#steps.add(step);
    this.step = Math.max(this.step, step);
    const isLast = step >= this.lastStep;
    if (isLast) {
      this.lastStep = step;
      this.lastGradient = slopes;
    }
    if (typeof value === 'number') {
      if (isLast) this.lastValue = value;
      return [{ kind: 'report', number, step, value: value + 0 }];
    }
    const ops: TrialOp[] = [];
    const attr = (key: string, json: Json): void =>
      void ops.push({ kind: 'attr', number, scope: 'system', key, value: json });
    if (this.#main === null) {
      this.#main = metrics.mainOf(Object.keys(value), history);
      attr(keys.metric, this.#main);
    }
    const others: [string, number][] = [];
    for (const [metric, reported] of Object.entries(value)) {
      if (metric !== this.#main) others.push([metric, (reported as number) + 0]);
      else {
        if (isLast) this.lastValue = reported as number;
        ops.push({ kind: 'report', number, step, value: (reported as number) + 0 });
      }
    }
    if (others.length > 0) attr(stepKey(step), Object.fromEntries(others));
    return ops;
  }
}
