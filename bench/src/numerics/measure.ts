import {
  ArdKernel,
  CholeskyFactor,
  GaussianProcess,
  optunaPenalty,
  PenalisedLikelihood,
  Penalty,
  Posterior,
} from '@asktell/numerics';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** A measurement of linear algebra or Gaussian processes, with our code or with ml-matrix. */
export interface NumericsTask {
  readonly kind: 'numerics';
  readonly library: 'asktell' | 'ml-matrix';
  /** `posterior` computes the means and variances of {@link candidates} points. */
  readonly work: 'cholesky' | 'likelihood' | 'posterior';
  readonly n: number;
  readonly columns: number;
}

/** The result of a {@link NumericsTask}. */
export interface NumericsResult {
  /** Processor time of one call in milliseconds. It does not include the time of other processes. */
  readonly ms: number;
  /** A checksum, equal for both libraries. */
  readonly check: number;
}

/** Number of points in `posterior` tasks. */
export const candidates = 256;

/** A deterministic pseudo-random coordinate in [0, 1): point `i`, column `j`. */
function coordinate(i: number, j: number): number {
  const x = Math.sin(12.9898 * i + 78.233 * j + 1) * 43758.5453;
  return x - Math.floor(x);
}

const target = (i: number): number => 2 * coordinate(i, 99) - 1;
const parameters = (columns: number): Float64Array =>
  Float64Array.from({ length: columns + 2 }, (_, p) => (p === columns + 1 ? -4 : 0.3 * (p % 3)));
const noiseFloor = 1e-6;

/** Runs a {@link NumericsTask}. */
export function measureNumerics(task: NumericsTask): NumericsResult {
  const run = task.library === 'asktell' ? ours(task) : theirs(task);
  const check = run();
  return { ms: processorTime(run), check };
}

/** Processor time of one call in milliseconds: the minimum of six rounds of at least 200 ms, after a warm-up round. */
function processorTime(run: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage();
    let calls = 0;
    let spent = 0;
    while (spent < 200) {
      run();
      calls++;
      const { user, system } = process.cpuUsage(before);
      spent = (user + system) / 1000;
    }
    if (round > 0) best = Math.min(best, spent / calls);
  }
  return best;
}

function ours({ work, n, columns }: NumericsTask): () => number {
  const process = new GaussianProcess(new ArdKernel({ numeric: columns, categorical: 0 }), { noiseFloor, capacity: n });
  const x = new Float64Array(columns);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < columns; j++) x[j] = coordinate(i, j);
    process.add(x, target(i));
  }
  process.condition(parameters(columns));
  if (work === 'cholesky') {
    const matrix = covariance(n, columns).to1DArray();
    const a = Float64Array.from(matrix);
    const factor = new CholeskyFactor(n);
    return () => {
      factor.factorise(a, n);
      return factor.logDeterminant();
    };
  }
  if (work === 'likelihood') {
    const likelihood = new PenalisedLikelihood(process, Penalty.ard(columns, optunaPenalty));
    const gradient = new Float64Array(columns + 2);
    const at = parameters(columns);
    return () => likelihood.evaluate(at, gradient) + gradient.reduce((sum, g) => sum + g, 0);
  }
  const posterior = new Posterior(process);
  const points = Float64Array.from({ length: candidates * columns }, (_, k) =>
    coordinate(n + Math.floor(k / columns), k % columns),
  );
  const [mean, variance] = [new Float64Array(candidates), new Float64Array(candidates)];
  return () => {
    posterior.predict(points, candidates, mean, variance);
    return (mean[7] as number) + (variance[9] as number);
  };
}

const matern = (square: number): number => {
  const t = Math.sqrt(5 * square);
  return (1 + t + (t * t) / 3) * Math.exp(-t);
};

function distance(i: number, k: number, columns: number, logs: Float64Array, x: Matrix): number {
  let square = 0;
  for (let j = 0; j < columns; j++) square += Math.exp(logs[j] as number) * (x.get(i, j) - x.get(k, j)) ** 2;
  return square;
}

function inputs(rows: number, columns: number): Matrix {
  const x = Matrix.zeros(rows, columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) x.set(i, j, coordinate(i, j));
  return x;
}

function covariance(n: number, columns: number, x: Matrix = inputs(n, columns)): Matrix {
  const logs = parameters(columns);
  const k = Matrix.zeros(n, n);
  const noise = noiseFloor + Math.exp(logs[columns + 1] as number);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l <= i; l++) {
      const value = Math.exp(logs[columns] as number) * matern(distance(i, l, columns, logs, x));
      k.set(i, l, value);
      k.set(l, i, value);
    }
    k.set(i, i, k.get(i, i) + noise);
  }
  return k;
}

/** A straightforward implementation with ml-matrix: its decomposition, its solve, and loops for the rest. */
function theirs({ work, n, columns }: NumericsTask): () => number {
  const x = inputs(n + candidates, columns);
  const k = covariance(n, columns, x);
  const y = Matrix.columnVector(Array.from({ length: n }, (_, i) => target(i)));
  const logs = parameters(columns);
  if (work === 'cholesky')
    return () => {
      const l = new CholeskyDecomposition(k).lowerTriangularMatrix;
      return l.diagonal().reduce((sum, entry) => sum + 2 * Math.log(entry), 0);
    };
  if (work === 'likelihood') return () => matrixLikelihood(covariance(n, columns, x), y, x, logs, n, columns);
  const decomposition = new CholeskyDecomposition(k);
  const alpha = decomposition.solve(y);
  const scale = Math.exp(logs[columns] as number);
  return () => {
    const cross = Matrix.zeros(n, candidates);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < candidates; c++) cross.set(i, c, scale * matern(distance(i, n + c, columns, logs, x)));
    const solved = decomposition.solve(cross);
    const mean = cross.transpose().mmul(alpha);
    const explained = Array.from({ length: candidates }, (_, c) =>
      cross.getColumnVector(c).dot(solved.getColumnVector(c)),
    );
    return mean.get(7, 0) + scale - (explained[9] as number);
  };
}

/** Penalised negative log-likelihood plus the sum of its gradient. */
function matrixLikelihood(k: Matrix, y: Matrix, x: Matrix, logs: Float64Array, n: number, columns: number): number {
  const decomposition = new CholeskyDecomposition(k);
  const alpha = decomposition.solve(y);
  const inverse = decomposition.solve(Matrix.eye(n));
  const diagonal = decomposition.lowerTriangularMatrix.diagonal();
  const scale = Math.exp(logs[columns] as number);
  const above = Math.exp(logs[columns + 1] as number);
  const noise = noiseFloor + above;
  const c = alpha.mmul(alpha.transpose()).sub(inverse);
  const gradient = new Float64Array(columns + 2);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < n; l++) {
      const weight = -0.5 * c.get(i, l);
      const t = Math.sqrt(5 * distance(i, l, columns, logs, x));
      const decay = scale * Math.exp(-t);
      gradient[columns] = (gradient[columns] as number) + weight * (1 + t + (t * t) / 3) * decay;
      const slope = (-5 / 6) * (1 + t) * decay * weight;
      for (let j = 0; j < columns; j++) {
        const d = x.get(i, j) - x.get(l, j);
        gradient[j] = (gradient[j] as number) + slope * Math.exp(logs[j] as number) * d * d;
      }
    }
    gradient[columns + 1] = (gradient[columns + 1] as number) - 0.5 * c.get(i, i) * above;
  }
  let value = 0.5 * y.transpose().mmul(alpha).get(0, 0) + 0.5 * n * Math.log(2 * Math.PI);
  for (const entry of diagonal) value += Math.log(entry);
  const penalty = Penalty.ard(columns, optunaPenalty);
  const slopes = new Float64Array(columns + 2);
  value += penalty.add(
    Float64Array.from(logs, (log, p) => (p === columns + 1 ? Math.log(noise) : log)),
    slopes,
  );
  slopes[columns + 1] = ((slopes[columns + 1] as number) / noise) * above;
  return value + gradient.reduce((sum, g) => sum + g, 0) + slopes.reduce((sum, g) => sum + g, 0);
}
