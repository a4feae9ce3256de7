import { cube, everywhere, type TestFunction } from './test-function.ts';

/** Σ 100 (z_{i+1} − z_i²)² + (1 − z_i)²: a curved valley (Rosenbrock 1960). Minimum 0 at (1, …, 1). At least 2 dimensions. */
export const rosenbrock: TestFunction = {
  name: 'rosenbrock',
  family: 'smooth',
  box: cube(-5, 10),
  evaluate(z) {
    let total = 0;
    for (let i = 0; i + 1 < z.length; i++) {
      const here = z[i] as number;
      total += 100 * ((z[i + 1] as number) - here * here) ** 2 + (1 - here) ** 2;
    }
    return total;
  },
  minimizer: everywhere(1),
};
