import { expect, it } from 'vitest';
import { expOfMinus, negligible } from './exp-table.ts';

it('is exp(-t)', () => {
  let worst = 0;
  for (let t = 0; t < negligible; t += 0.000_937) worst = Math.max(worst, Math.abs(expOfMinus(t) / Math.exp(-t) - 1));
  expect(worst).toBeLessThan(1e-12);
});
