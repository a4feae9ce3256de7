import type { GaussianProcess } from '@asktell/numerics';
import { type FitRules, fitParameters, processFor } from './fit.ts';

/** Up to here every observation has a fit of its own. */
const fitAlways = 20;
/** Afterwards the number of observations grows by this share between two fits, by `mostBetween` at most. */
const growth = 0.1;
const mostBetween = 25;

/** How many observations the next scheduled fit has. */
export function nextFit(count: number): number {
  return count < fitAlways ? count + 1 : count + Math.min(mostBetween, Math.max(1, Math.floor(growth * count)));
}

/** What a surrogate models: observations in the order in which they came. */
export interface SurrogateData {
  readonly numeric: number;
  readonly categorical: number;
  readonly size: number;
  point(i: number): Float64Array;
  /** Targets of the first `count` observations, and the noise variances of their own if they have any. */
  targets(count: number): { readonly z: Float64Array; readonly variances: Float64Array | null };
}

interface ScheduledFit {
  readonly count: number;
  readonly parameters: Float64Array;
}

/**
 * A Gaussian process of all observations of one kind. Its parameters are fitted at scheduled numbers of observations, each fit started from the
 * one before: they are a function of the observations, whoever asks and when. A fit is made when it is needed first.
 */
export class Surrogate {
  readonly #rules: FitRules;
  #fits: readonly ScheduledFit[];

  constructor(rules: FitRules, from?: Surrogate) {
    this.#rules = rules;
    this.#fits = from === undefined ? [] : from.#fits;
  }

  clone(): Surrogate {
    return new Surrogate(this.#rules, this);
  }

  /** The process of all observations, conditioned. It belongs to the caller. */
  process(data: SurrogateData): GaussianProcess {
    const { parameters } = this.#lastFit(data);
    const process = processFor(requestFor(data, data.size, this.#rules, null, 0));
    process.condition(parameters);
    return process;
  }

  #lastFit(data: SurrogateData): ScheduledFit {
    let last = this.#fits.at(-1);
    const fits = [...this.#fits];
    for (let next = last === undefined ? 1 : nextFit(last.count); next <= data.size; next = nextFit(next)) {
      const start = last?.parameters ?? null;
      last = { count: next, parameters: fitParameters(requestFor(data, next, this.#rules, start, fits.length)) };
      fits.push(last);
    }
    this.#fits = fits;
    return last as ScheduledFit;
  }
}

function requestFor(data: SurrogateData, count: number, rules: FitRules, start: Float64Array | null, index: number) {
  const { numeric, categorical } = data;
  const columns = numeric + categorical;
  const points = new Float64Array(count * columns);
  for (let i = 0; i < count; i++) points.set(data.point(i), i * columns);
  const { z, variances } = data.targets(count);
  return { numeric, categorical, points, targets: z, variances, shifts: null, start, index, rules };
}
