import { checkName } from '../checks/names.ts';
import { AsktellError, show } from '../errors.ts';

/** @throws AsktellError `invalid-value`, `invalid-argument` */
export function checkReport(value: unknown, step: unknown): void {
  if (typeof value !== 'number')
    throw new AsktellError('invalid-value', `report: the value must be a number, not ${show(value)}.`);
  if (!Number.isSafeInteger(step) || (step as number) < 0)
    throw new AsktellError(
      'invalid-argument',
      `report: the step must be a whole number, 0 or more, not ${show(step)}.`,
    );
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
