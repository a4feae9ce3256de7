import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** Σ 10^(6(i−1)/(n−1)) z² (BBOB f2): its condition number is 10^6. Minimum 0 at the origin. */
export const ellipsoid: TestFunction = {
  name: 'ellipsoid',
  family: 'smooth',
  box: cube(-5, 5),
  evaluate: (z) => sum(z, (v, i) => 10 ** ((6 * i) / Math.max(1, z.length - 1)) * v * v),
  minimizer: everywhere(0),
};
