import type { TestFunction } from './test-function.ts';

/** Three equal valleys in two dimensions (Branin 1972). Minimum 10/(8π) at (−π, 12.275), (π, 2.275), (3π, 2.475), …. */
export const branin: TestFunction = {
  name: 'branin',
  family: 'multimodal',
  box: () => ({ low: [-5, 0], high: [10, 15] }),
  evaluate(z) {
    const x = z[0] as number;
    const y = z[1] as number;
    const valley = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
  minimizer: () => [Math.PI, 2.275],
};
