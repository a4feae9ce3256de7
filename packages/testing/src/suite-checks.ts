import { type Check, check, checkOptions, checkValue, must } from '@asktell/core';

const isFunction: Check = must('a function', (value) => typeof value === 'function');

/**
 * Checks the arguments of `testSampler` and its siblings.
 * @param required name of the function that makes the subject
 * @param optional the other names that the suite may have
 * @throws AsktellError `invalid-argument`
 */
export function checkSuite(
  where: string,
  name: unknown,
  suite: object,
  required: string,
  optional: readonly string[],
): void {
  checkValue(`${where}: the name`, name, check.string);
  checkOptions(where, suite, {
    [required]: isFunction,
    ...Object.fromEntries([...optional, 'skip'].map((known) => [known, check.anything])),
  });
  checkValue(`${where}: ${required}`, (suite as { readonly [name: string]: unknown })[required], isFunction);
}
