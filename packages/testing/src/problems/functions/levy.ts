import { cube, everywhere, type TestFunction } from './test-function.ts';

/** A bowl with waves in w = 1 + (z − 1)/4 (Levy and Montalvo 1985, as in Laguna and Martí 2005). Minimum 0 at (1, …, 1). */
export const levy: TestFunction = {
  name: 'levy',
  family: 'multimodal',
  box: cube(-10, 10),
  evaluate(z) {
    const w = (i: number): number => 1 + ((z[i] as number) - 1) / 4;
    const last = w(z.length - 1);
    let total = Math.sin(Math.PI * w(0)) ** 2 + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
    for (let i = 0; i + 1 < z.length; i++) {
      total += (w(i) - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * w(i) + 1) ** 2);
    }
    return total;
  },
  minimizer: everywhere(1),
};
