import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** 10 n + Σ z² − 10 cos 2πz: about 10^n local minima on a bowl (Rastrigin 1974). Minimum 0 at the origin. */
export const rastrigin: TestFunction = {
  name: 'rastrigin',
  family: 'multimodal',
  box: cube(-5.12, 5.12),
  evaluate: (z) => sum(z, (v) => v * v + 10 * (1 - Math.cos(2 * Math.PI * v))),
  minimizer: everywhere(0),
};
