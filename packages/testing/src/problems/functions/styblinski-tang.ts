import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** ½ Σ z⁴ − 16 z² + 5 z: two valleys in each coordinate (Styblinski and Tang 1990). Minimum −39.166… n at −2.9035…. */
export const styblinskiTang: TestFunction = {
  name: 'styblinski-tang',
  family: 'multimodal',
  box: cube(-5, 5),
  evaluate: (z) => sum(z, (v) => v ** 4 - 16 * v * v + 5 * v) / 2,
  minimizer: everywhere(-2.903534027771177), // the smallest root of 4 z³ − 32 z + 5
};
