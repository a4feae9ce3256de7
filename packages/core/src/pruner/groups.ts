import { AsktellError, show } from '../errors.ts';
import type { Pruner } from './pruner.ts';

/**
 * The groups of a study's trials, by trial number.
 * @throws AsktellError `unsupported` when the pruner gives another thing than a whole number from 0 on
 */
export function groupsOf(pruner: Pruner, study: string): (number: number) => number {
  if (pruner.group === undefined) return () => 0;
  return (number) => {
    const group = pruner.group?.(study, number);
    if (Number.isSafeInteger(group) && (group as number) >= 0) return group as number;
    throw new AsktellError(
      'unsupported',
      `Pruner ${show(pruner.name)} must give trial ${number} a group from 0 on, a whole number, not ${show(group)}.`,
    );
  };
}
