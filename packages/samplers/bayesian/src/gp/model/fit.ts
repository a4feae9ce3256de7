import { ArdKernel, ardFitRules, GaussianProcess, type Kernel, MapFit, matern52, Penalty, type ArdPenalty } from '@asktell/numerics';
import { AdditiveKernel } from './additive-kernel.ts';

/** What a fit of a model's parameters starts from: plain data, so that a fit can run in another thread. */
export interface FitRequest {
  /** Columns of a point: numbers first, then categories. */
  readonly numeric: number;
  readonly categorical: number;
  /** One point after the other. */
  readonly points: Float64Array;
  /** Standardised. */
  readonly targets: Float64Array;
  /** Noise variances of the observations' own, in units of the targets squared. */
  readonly variances: Float64Array | null;
  /** Logarithm of the factor by which a column's unit is to be read, 0 = the unit is the range; as many as columns. */
  readonly shifts: Float64Array | null;
  /** Parameters of the fit before, `null` for none. */
  readonly start: Float64Array | null;
  /** Which fit this is; decides about cold starts. */
  readonly index: number;
  readonly rules: FitRules;
}

/** How models are fitted. */
export interface FitRules {
  readonly kernel?: 'ard' | 'additive' | 'trend' | 'constant';
  readonly gammaCentre?: number;
  readonly offset?: number;
  readonly gammaOff?: boolean;
  readonly penalty: ArdPenalty;
  readonly learnNoise: boolean;
  readonly noiseFloor: number;
  readonly coldEvery: number;
  readonly maxIterations: number;
}

export function kernelFor(rules: FitRules, kinds: { numeric: number; categorical: number }): Kernel {
  return rules.kernel === undefined || rules.kernel === 'ard' ? new ArdKernel(kinds, matern52, rules.offset ?? 0) : new AdditiveKernel(kinds, rules.kernel, rules.offset ?? 0, rules.gammaOff ?? false);
}

/** A process for a request, not conditioned yet. */
export function processFor({ numeric, categorical, points, targets, variances, rules }: FitRequest): GaussianProcess {
  const columns = numeric + categorical;
  const { noiseFloor, learnNoise } = rules;
  const process = new GaussianProcess(kernelFor(rules, { numeric, categorical }), {
    noiseFloor,
    learnNoise,
    capacity: targets.length + 8,
  });
  for (let i = 0; i < targets.length; i++)
    process.add(points.subarray(i * columns, (i + 1) * columns), targets[i] as number, variances?.[i] ?? 0);
  return process;
}

/** Fits the parameters of a process, and conditions it. */
export function fitProcess(process: GaussianProcess, { shifts, start, index, rules }: FitRequest): void {
  const { columns } = process.kernel;
  const composite = process.kernel instanceof AdditiveKernel;
  const centre = rules.gammaCentre ?? (rules.kernel === 'trend' ? Math.log(0.1) : 0);
  const part = rules.kernel === 'constant' ? { linear: 1, log: -1 } : { linear: 1, log: -0.5 };
  const penalty = composite
    ? new Penalty([
        ...Array.from({ length: columns }, () => rules.penalty.weight),
        part,
        part,
        { square: 0.5, centre },
        rules.penalty.noise,
      ])
    : Penalty.ard(columns, rules.penalty);
  let bounds = ardFitRules(columns, { coldEvery: rules.coldEvery, stop: { maxIterations: rules.maxIterations } });
  if (composite) {
    const widen = (a: Float64Array, x: number, y: number): Float64Array =>
      Float64Array.from([...a.slice(0, columns), x, x, y, a[columns + 1] as number]);
    bounds = {
      ...bounds,
      lower: widen(bounds.lower, -8, centre - 3),
      upper: widen(bounds.upper, 6, centre + 3),
      cold: widen(bounds.cold, rules.kernel === 'constant' ? 0 : -0.7, centre),
    };
  }
  if (shifts !== null) {
    penalty.shifts.set(shifts);
    for (const array of [bounds.lower, bounds.upper, bounds.cold])
      for (let j = 0; j < columns; j++) array[j] = (array[j] as number) - (shifts[j] as number);
  }
  new MapFit(process, penalty, bounds).fit(index, start ?? bounds.cold);
}

/** Maximum a posteriori parameters: log weights, log scale, raw noise. */
export function fitParameters(request: FitRequest): Float64Array {
  const process = processFor(request);
  fitProcess(process, request);
  return process.parameters;
}
