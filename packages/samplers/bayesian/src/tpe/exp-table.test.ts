import { expect, it } from 'vitest';
import { expOfMinus, negligible, roughExpOfMinus } from './exp-table.ts';

it.each([
  ['closely', expOfMinus, 1e-12],
  ['roughly', roughExpOfMinus, 1e-7],
] as const)('is exp(-t), %s', (_, exp, tolerance) => {
  let worst = 0;
  for (let t = 0; t < negligible; t += 0.000_937) worst = Math.max(worst, Math.abs(exp(t) / Math.exp(-t) - 1));
  expect(worst).toBeLessThan(tolerance);
});
