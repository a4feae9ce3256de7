import { keys } from '../attribute-keys.ts';
import { isObject } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';
import type { RowParams } from '../history/history.ts';
import type { Json } from '../json.ts';
import type { Outcome } from '../workers/ending.ts';
import { checkConstraint } from './measurement-checks.ts';
import type { TellOptions } from './outcome.ts';

/** Derivatives by flat parameter name, in the user's scale. */
export type Gradient = { readonly [name: string]: number };

/** The trial that is told, as far as it is needed for what was measured beside the value. */
export interface MeasuredTrial {
  params(): Pick<RowParams, 'names' | 'dists'>;
  /** The constraint values that were set before. */
  constraints(): ReadonlyMap<string, number>;
}

/**
 * The outcome with what was measured beside the value: standard errors, derivatives, constraint values.
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
export function withMeasured(
  outcome: Outcome,
  { sem, gradient, constraints }: TellOptions,
  objectives: number,
  trial: MeasuredTrial,
): Outcome {
  if (sem === undefined && gradient === undefined && constraints === undefined) return outcome;
  const attrs: (readonly [string, Json])[] = [];
  if (sem !== undefined) attrs.push([keys.sem, readErrors(sem, objectives)]);
  if (gradient !== undefined) attrs.push([keys.gradient, checkGradient(gradient, objectives, trial.params())]);
  if (constraints !== undefined) {
    const all = new Map([...trial.constraints(), ...readConstraints(constraints)]);
    attrs.push([keys.constraintNames, [...all.keys()]], [keys.constraints, [...all.values()]]);
  }
  // A trial without a value has nothing that these could belong to.
  return outcome.state === 'complete' ? { ...outcome, attrs } : outcome;
}

/** The outcome with the derivatives of the last report, unless the trial was told its own. */
export function withReportedGradient(outcome: Outcome, gradient: Gradient | null): Outcome {
  const { state, attrs = [] } = outcome;
  if (gradient === null || state !== 'complete' || attrs.some(([key]) => key === keys.gradient)) return outcome;
  return { ...outcome, attrs: [...attrs, [keys.gradient, gradient]] };
}

function readConstraints(constraints: unknown): readonly (readonly [string, number])[] {
  if (!isObject(constraints))
    throw bad(`constraints: must be an object of numbers by name, such as { memory: -0.5 }, not ${show(constraints)}.`);
  return Object.entries(constraints).map(([name, value]) => {
    checkConstraint('constraints', name, value);
    return [name, (value as number) + 0];
  });
}

function readErrors(sem: unknown, objectives: number): readonly number[] {
  const errors: readonly unknown[] = Array.isArray(sem) ? sem : [sem];
  if (errors.length !== objectives)
    throw bad(
      `sem: got ${errors.length} standard error(s), but the study has ${objectives} objective(s). Give one each.`,
    );
  for (const error of errors)
    if (typeof error !== 'number' || !(error >= 0) || error === Number.POSITIVE_INFINITY)
      throw bad(`sem: a standard error must be a finite number, 0 or more, not ${show(error)}.`);
  return errors as readonly number[];
}

/**
 * Returns the derivatives if they are ones.
 * @param objectives number of objectives of the study
 * @param params the parameters of the trial
 * @throws AsktellError `invalid-value` for several objectives, unknown or categorical parameters, and slopes that are not
 *   finite
 */
export function checkGradient(
  gradient: unknown,
  objectives: number,
  { names, dists }: Pick<RowParams, 'names' | 'dists'>,
): Gradient {
  if (objectives > 1)
    throw bad(`gradient: the study has ${objectives} objectives. Give a gradient with one objective only.`);
  if (typeof gradient !== 'object' || gradient === null || Array.isArray(gradient))
    throw bad(
      `gradient: must be an object of derivatives by parameter name, such as { lr: -0.5 }, not ${show(gradient)}.`,
    );
  for (const [name, slope] of Object.entries(gradient)) {
    const at = names.indexOf(name);
    if (at < 0 || dists[at]?.kind === 'categorical') {
      const numeric = names.filter((_, i) => dists[i]?.kind !== 'categorical');
      throw bad(
        `gradient: the trial has no numeric parameter ${show(name)}. Its numeric parameters are ${numeric.map(show).join(', ') || 'none'}.`,
      );
    }
    if (typeof slope !== 'number' || !Number.isFinite(slope))
      throw bad(
        `gradient: the derivative of ${show(name)} must be a finite number, not ${show(slope)}. Leave it out if it is unknown.`,
      );
  }
  return gradient as Gradient;
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-value', message);
}
