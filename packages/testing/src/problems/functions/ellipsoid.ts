import { cube, everywhere, sum, type TestFunction } from './function.ts';

/** Σ 10^(6(i−1)/(n−1)) z²: axes of which the longest is a thousand times the shortest (BBOB f2). Minimum 0 at the origin. */
export const ellipsoid: TestFunction = {
  name: 'ellipsoid',
  family: 'smooth',
  box: cube(-5, 5),
  evaluate: (z) => sum(z, (v, i) => 10 ** ((6 * i) / Math.max(1, z.length - 1)) * v * v),
  minimizer: everywhere(0),
};
