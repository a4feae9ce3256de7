import type { GaussianProcess } from '@asktell/numerics';
import { fitted, type Steps } from '../steps.ts';
import { conditionSafely, type FitRequest, type FitRules, processFor } from './fit.ts';
import { fitsUpTo, isCold, type ScheduledFit } from './schedule.ts';

/** Observations as a model sees them, one point after the other. */
export interface ModelData {
  readonly points: Float64Array;
  readonly targets: Float64Array;
  readonly variances: Float64Array | null;
}

/** The observations of a surrogate, in the order in which they came. */
export interface SurrogateSource {
  readonly numeric: number;
  readonly categorical: number;
  readonly effects: number;
  /** Number of observations. */
  readonly size: number;
  /** At most `most` of the first `count` observations. */
  data(count: number, most: number): ModelData;
}

/** Limits on the size of a model. */
export interface SizeLimits {
  readonly mostPoints: number;
  readonly mostFitted: number;
}

/**
 * A Gaussian process of all observations of one kind. Its parameters are fitted at scheduled numbers of observations,
 * each fit starting from the previous one. So they depend on the observations only, and not on when a proposal was
 * asked for. A fit is made when it is first needed.
 */
export class Surrogate {
  readonly #rules: FitRules;
  readonly #limits: SizeLimits;
  #last: (ScheduledFit & { readonly parameters: Float64Array }) | null;

  constructor(rules: FitRules, limits: SizeLimits, from?: Surrogate) {
    this.#rules = rules;
    this.#limits = limits;
    this.#last = from === undefined ? null : from.#last;
  }

  clone(): Surrogate {
    return new Surrogate(this.#rules, this.#limits, this);
  }

  /** A new process of the observations, conditioned. */
  *process(source: SurrogateSource): Steps<GaussianProcess> {
    const parameters = yield* this.parameters(source);
    const process = processFor(this.#request(source, source.data(source.size, this.#limits.mostPoints), null));
    conditionSafely(process, parameters);
    yield null;
    return process;
  }

  /** The parameters of the last scheduled fit. */
  *parameters(source: SurrogateSource): Steps<Float64Array> {
    const known = this.#last;
    let last = known;
    for (const fit of fitsUpTo(source.size)) {
      if (known !== null && fit.index <= known.index) continue;
      const start = isCold(fit) || last === null ? null : last.parameters;
      const data = source.data(fit.count, this.#limits.mostFitted);
      last = { ...fit, parameters: yield* fitted(this.#request(source, data, start)) };
    }
    this.#last = last;
    return (last as { readonly parameters: Float64Array }).parameters;
  }

  #request(
    { numeric, categorical, effects }: SurrogateSource,
    data: ModelData,
    start: Float64Array | null,
  ): FitRequest {
    return { numeric, categorical, effects, ...data, shifts: null, start, rules: this.#rules };
  }
}
