import { cube, everywhere, sum, type TestFunction } from './test-function.ts';

/** A funnel in a nearly flat surface with ripples (Ackley 1987; a = 20, b = 0.2, c = 2π). Minimum 0 at the origin. */
export const ackley: TestFunction = {
  name: 'ackley',
  family: 'multimodal',
  box: cube(-32.768, 32.768),
  evaluate(z) {
    const n = z.length;
    const radius = Math.sqrt(sum(z, (v) => v * v) / n);
    const waves = sum(z, (v) => Math.cos(2 * Math.PI * v)) / n;
    return 20 * (1 - Math.exp(-0.2 * radius)) + Math.E - Math.exp(waves);
  },
  minimizer: everywhere(0),
};
