import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** Σ z². Minimum 0 at the origin. */
export const sphere: TestFunction = {
  name: 'sphere',
  family: 'smooth',
  box: cube(-5, 5),
  evaluate: (z) => sum(z, (v) => v * v),
  minimizer: everywhere(0),
};
