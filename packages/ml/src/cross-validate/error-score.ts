import { type Check, must } from '@asktell/core';

/** The check of the option `errorScore`. */
export const isNumberOrRaise: Check = must(
  "a number, NaN or 'raise'",
  (value) => typeof value === 'number' || value === 'raise',
);
