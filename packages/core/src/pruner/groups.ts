import { AsktellError, show } from '../errors.ts';
import type { Pruner } from './pruner.ts';

/**
 * The groups of a study's trials, by trial number.
 * @returns a function that throws AsktellError `unsupported` if the pruner returns anything but a whole number from 0 on
 */
export function groupsOf(pruner: Pruner, study: string): (number: number) => number {
  if (pruner.group === undefined) return () => 0;
  return (number) => {
    const group = pruner.group?.(study, number);
    if (Number.isSafeInteger(group) && (group as number) >= 0) return group as number;
    throw new AsktellError(
      'unsupported',
      `Pruner ${show(pruner.name)} must return a whole number from 0 on as the group of trial ${number}, not ${show(group)}.`,
    );
  };
}
