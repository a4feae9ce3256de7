import {
  AsktellError,
  allOf as allOfConditions,
  anyOf as anyOfConditions,
  type Pruner,
  type StopCondition,
  show,
} from '@asktell/core';
import { AllOfPruner, AnyOfPruner } from '@asktell/pruners';

/**
 * Stops when any of the conditions is met. Without conditions, never.
 * @throws AsktellError `invalid-argument` for a value that is neither a stop condition nor a pruner, and for a mixture of both
 * @example study.optimize(objective, { until: anyOf(noImprovement(50), elapsed(60_000)) })
 */
export function anyOf(...conditions: readonly StopCondition[]): StopCondition;
/**
 * Prunes a trial when any of the pruners does.
 * @throws AsktellError `invalid-argument`
 * @example createStudy({ pruner: anyOf(new ThresholdPruner({ upper: 10 }), new MedianPruner()) })
 */
export function anyOf(...pruners: readonly Pruner[]): Pruner;
export function anyOf(...parts: readonly (StopCondition | Pruner)[]): StopCondition | Pruner {
  return arePruners('anyOf', parts) ? new AnyOfPruner(parts) : anyOfConditions(...(parts as readonly StopCondition[]));
}

/**
 * Stops when all conditions are met. Without conditions, never.
 * @throws AsktellError `invalid-argument` for a value that is neither a stop condition nor a pruner, and for a mixture of both
 * @example study.optimize(objective, { until: allOf(targetReached(0.01), noImprovement(20)) })
 */
export function allOf(...conditions: readonly StopCondition[]): StopCondition;
/**
 * Prunes a trial when all of the pruners do.
 * @throws AsktellError `invalid-argument`
 * @example createStudy({ pruner: allOf(new MedianPruner(), new PatientPruner(null, { patience: 5 })) })
 */
export function allOf(...pruners: readonly Pruner[]): Pruner;
export function allOf(...parts: readonly (StopCondition | Pruner)[]): StopCondition | Pruner {
  return arePruners('allOf', parts) ? new AllOfPruner(parts) : allOfConditions(...(parts as readonly StopCondition[]));
}

function arePruners(name: string, parts: readonly unknown[]): parts is readonly Pruner[] {
  const isPruner = (part: unknown): boolean => typeof part === 'object' && part !== null && 'decide' in part;
  const other = parts.find((part) => !isPruner(part));
  if (other !== undefined && parts.some(isPruner))
    throw new AsktellError(
      'invalid-argument',
      `${name}: give either pruners or stop conditions. ${show(other)} is not a pruner.`,
    );
  return parts.some(isPruner);
}
