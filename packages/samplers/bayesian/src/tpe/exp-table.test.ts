import { expect, it } from 'vitest';
import { expOfMinus, negligible } from './exp-table.ts';

it('is exp(-t) to a relative 1e-11', () => {
  for (let t = 0; t < negligible; t += 0.000_937)
    expect(Math.abs(expOfMinus(t) / Math.exp(-t) - 1)).toBeLessThan(1e-11);
});
