import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** 1 + Σ z²/4000 − Π cos(z_i/√i): a wide bowl with fine ripples (Griewank 1981). Minimum 0 at the origin. */
export const griewank: TestFunction = {
  name: 'griewank',
  family: 'multimodal',
  box: cube(-600, 600),
  evaluate(z) {
    let product = 1;
    for (let i = 0; i < z.length; i++) product *= Math.cos((z[i] as number) / Math.sqrt(i + 1));
    return sum(z, (v) => v * v) / 4000 + (1 - product);
  },
  minimizer: everywhere(0),
};
