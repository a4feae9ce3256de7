import { type Checks, check, didYouMean, isObject } from '../checks/checks.ts';
import { checkName } from '../checks/names.ts';
import { AsktellError, show } from '../errors.ts';

/** The values of one report, by name of the metric. */
export type MetricValues<M extends string = string> = { readonly [metric in M]?: number };

/** Options of `trial.report`. */
export interface ReportOptions {
  /**
   * Derivatives of the value with respect to numeric parameters, by flat name and in the user's scale. Missing ones are
   * unknown. If the trial is told without a gradient, that of the report at the largest step is stored with its value. For
   * studies with one objective.
   */
  readonly gradient?: { readonly [name: string]: number };
}

export const reportChecks: Checks<ReportOptions> = { gradient: check.anything }; // checkGradient checks it

/** @throws AsktellError `invalid-value`, `invalid-argument` */
export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== 'number' && !isObject(value))
    throw new AsktellError(
      'invalid-value',
      `report: the value must be a number, or numbers by name such as { loss: 0.5 }, not ${show(value)}.`,
    );
  if (!Number.isSafeInteger(step) || (step as number) < 0)
    throw new AsktellError(
      'invalid-argument',
      `report: the step must be a whole number, 0 or more, not ${show(step)}.`,
    );
}

/**
 * @param declared the metrics of the study; `null`: any
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
export function checkMetrics(values: MetricValues, declared: readonly string[] | null): void {
  const entries = Object.entries(values);
  if (entries.length === 0)
    throw new AsktellError('invalid-value', 'report: the object names no metric. Give numbers by name: { loss: 0.5 }.');
  for (const [name, value] of entries) {
    checkName('report', name);
    if (declared !== null && !declared.includes(name))
      throw new AsktellError(
        'invalid-argument',
        `report: the study has no metric ${show(name)}.${didYouMean(name, declared)} Its metrics are ${declared.join(', ')}.`,
      );
    if (typeof value !== 'number')
      throw new AsktellError(
        'invalid-value',
        `report: the value of ${show(name)} must be a number, not ${show(value)}.`,
      );
  }
}

/**
 * @param where what the message begins with
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
export function checkConstraint(where: string, name: unknown, value: unknown): void {
  checkName(where, name);
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new AsktellError(
      'invalid-value',
      `${where}: the value of ${show(name)} must be a number (satisfied if <= 0), not ${show(value)}.`,
    );
}
