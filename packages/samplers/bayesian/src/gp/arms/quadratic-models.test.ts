import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuadraticModels } from './quadratic-models.ts';

/** Points on a grid in [-1, 1]², as many as determine a quadratic, and 0. */
const points = Float64Array.of(0, 0, 1, 0, -1, 0, 0, 1, 0, -1, 1, 1);
const box = { lower: Float64Array.of(-1, -1), upper: Float64Array.of(1, 1) };

const at = (f: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: 6 }, (_, i) => f(points[2 * i] as number, points[2 * i + 1] as number));

const models = (): QuadraticModels => QuadraticModels.of(points, 6, 2) as QuadraticModels;

const position = fc.double({ min: -0.9, max: 0.9, noNaN: true });

test('finds the minimum of any bowl', () => {
  fc.assert(
    fc.property(position, position, fc.double({ min: 0.5, max: 4, noNaN: true }), (a, b, steepness) => {
      const bowl = (x: number, y: number): number => (x - a) ** 2 + steepness * (y - b) ** 2;
      const quadratics = models();
      const [x, y] = quadratics.minimum(quadratics.weights(at(bowl), bowl(0, 0)), box);
      expect(x).toBeCloseTo(a, 4);
      expect(y).toBeCloseTo(b, 4);
    }),
  );
});

test('evaluates the quadratic through the points and its gradient', () => {
  const quadratics = models();
  const weights = quadratics.weights(
    at((x, y) => 3 + x - 2 * y + x * y + 2 * y * y),
    3,
  );
  const gradient = new Float64Array(2);
  expect(quadratics.evaluate(weights, Float64Array.of(0.5, -0.5), gradient)).toBeCloseTo(1.75, 5);
  expect(gradient[0]).toBeCloseTo(0.5, 5);
  expect(gradient[1]).toBeCloseTo(-3.5, 5);
});

test('finds the minimum on a line: the projection of the middle of a bowl', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: Math.PI / 2, noNaN: true }), (angle) => {
      const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
      const [a, b] = [0.6 * nx + 0.2 * ny, 0.6 * ny - 0.2 * nx];
      const quadratics = models();
      const bowl = quadratics.weights(
        at((x, y) => (x - a) ** 2 + (y - b) ** 2),
        a * a + b * b,
      );
      const line = quadratics.weights(
        at((x, y) => nx * x + ny * y),
        0,
      );
      const found = quadratics.constrainedMinimum(bowl, [{ weights: line, limit: 0.1, tolerance: 1e-5 }], box);
      const [x = Number.NaN, y = Number.NaN] = found ?? [];
      expect(nx * x + ny * y).toBeLessThanOrEqual(0.1 + 1.1e-5);
      expect(x).toBeCloseTo(0.1 * nx + 0.2 * ny, 3);
      expect(y).toBeCloseTo(0.1 * ny - 0.2 * nx, 3);
    }),
  );
});

test('leaves the minimum where a constraint does not matter', () => {
  const quadratics = models();
  const bowl = quadratics.weights(
    at((x, y) => (x - 0.3) ** 2 + y * y),
    0.09,
  );
  const line = quadratics.weights(
    at((x) => x),
    0,
  );
  const [x, y] = quadratics.constrainedMinimum(bowl, [{ weights: line, limit: 0.5, tolerance: 1e-5 }], box) ?? [];
  expect(x).toBeCloseTo(0.3, 4);
  expect(y).toBeCloseTo(0, 4);
});

test('finds nothing where no point of the box is feasible', () => {
  const quadratics = models();
  const bowl = quadratics.weights(
    at((x, y) => x * x + y * y),
    0,
  );
  const far = quadratics.weights(
    at((x) => 3 + x),
    3,
  );
  expect(quadratics.constrainedMinimum(bowl, [{ weights: far, limit: -3, tolerance: 1e-5 }], box)).toBeNull();
});
