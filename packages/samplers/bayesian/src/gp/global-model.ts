import { GaussianProcess } from '@asktell/numerics';
import { fitParameters, type FitRules, kernelFor } from './fit.ts';

/** Every ask up to here has a fit of its own. */
const fitAlways = 20;
/** Afterwards the number of observations grows by this share between two fits. */
const growth = 0.1;

/** How many observations the next scheduled fit has. */
export function nextFit(count: number): number {
  return count < fitAlways ? count + 1 : count + Math.max(1, Math.floor(growth * count));
}

/** The data of the model after so many observations. */
export interface ModelData {
  readonly numeric: number;
  readonly categorical: number;
  /** One point after the other; at least `count` of them. */
  readonly points: Float64Array;
  /** Targets of the first `count` observations. */
  targets(count: number): Float64Array;
}

interface ScheduledFit {
  readonly count: number;
  readonly parameters: Float64Array;
}

/**
 * A model of all observations. Its parameters are fitted at scheduled numbers of observations, each fit started from the one
 * before, so that they depend on the observations alone and not on who asked when. Fits are made when they are needed first.
 */
export class GlobalModel {
  readonly #rules: FitRules;
  readonly #fits: ScheduledFit[] = [];

  constructor(rules: FitRules, from?: GlobalModel) {
    this.#rules = rules;
    if (from !== undefined) this.#fits.push(...from.#fits);
  }

  clone(): GlobalModel {
    return new GlobalModel(this.#rules, this);
  }

  /** The process after `count` observations, conditioned; it belongs to the caller. */
  at(count: number, data: ModelData): GaussianProcess {
    const fit = this.#fitFor(count, data);
    const { numeric, categorical, points } = data;
    const { noiseFloor, learnNoise } = this.#rules;
    const columns = numeric + categorical;
    const process = new GaussianProcess(kernelFor(this.#rules, { numeric, categorical }), {
      noiseFloor,
      learnNoise,
      capacity: count + 8,
    });
    const targets = data.targets(count);
    for (let i = 0; i < count; i++)
      process.add(points.subarray(i * columns, (i + 1) * columns), targets[i] as number);
    process.condition(fit.parameters);
    return process;
  }

  #fitFor(count: number, data: ModelData): ScheduledFit {
    const { numeric, categorical, points } = data;
    let last = this.#fits.findLast((fit) => fit.count <= count);
    for (let next = last === undefined ? 1 : nextFit(last.count); next <= count; next = nextFit(next)) {
      const parameters = fitParameters({
        numeric,
        categorical,
        points: points.subarray(0, next * (numeric + categorical)),
        targets: data.targets(next),
        shifts: null,
        start: last?.parameters ?? null,
        index: this.#fits.length,
        rules: this.#rules,
      });
      last = { count: next, parameters };
      this.#fits.push(last);
    }
    return last as ScheduledFit;
  }
}
