import { sum, type TestFunction } from './test-function.ts';

/** Minimizers of −sin(z) sin²⁰(i z²/π) on [0, π] for i = 1, 2, …: roots of the derivative. */
const minimizers = [
  2.2029055201726093, 1.5707963267948966, 1.2849915705529242, 1.9230584698663633, 1.7204697725658413,
  1.5707963267948966, 1.454413971362379, 1.7560865209450263, 1.6557174168210291, 1.5707963267948966,
];

/**
 * −Σ sin(z_i) sin²⁰(i z_i²/π) on [0, π]: steep narrow valleys with flat areas between them (Michalewicz 1992). Up to 10
 * dimensions. Valleys outside the box are as deep, so it cannot be shifted or rotated; use `cutOff`.
 */
export const michalewicz: TestFunction = {
  name: 'michalewicz',
  family: 'multimodal',
  box: (dimensions) => ({ low: Array<number>(dimensions).fill(0), high: Array<number>(dimensions).fill(Math.PI) }),
  evaluate: (z) => sum(z, (v, i) => -Math.sin(v) * Math.sin(((i + 1) * v * v) / Math.PI) ** 20),
  minimizer: (dimensions) => minimizers.slice(0, dimensions),
};
