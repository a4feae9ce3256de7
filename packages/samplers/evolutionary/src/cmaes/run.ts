import type { Merit } from '../outcome/merit.ts';
import { CategoricalSearch } from './categorical-search.ts';
import { CmaEs } from './cma-es.ts';
import { DiagonalCovariance } from './diagonal-covariance.ts';
import { FullCovariance } from './full-covariance.ts';
import { LearningRates } from './learning-rate.ts';
import { Margin } from './margin.ts';
import { failedTier } from './outcome.ts';
import { rankingOf } from './ranking.ts';
import { ResultBuffer } from './result-buffer.ts';
import { Search } from './search.ts';
import type { SpaceMap } from './space-map.ts';
import { type RunEnd, Stopping } from './stopping.ts';
import { fullStrategy, type Recombination, recombinationOf, type Strategy, separableStrategy } from './strategy.ts';

/**
 * Results of so many generations back count like those of the present one. Of 1, 2, 4, 8 and no limit, tried with 7, 20 and 60 workers on
 * populations of 8 and 10 (four functions, medians of 7 seeds, no test of significance): the choice matters for 60 workers only, where the
 * sphere in 10-D came to 2e-3, 3e-4, 4e-5, 6e-3 and 0.8 after 1,500 trials.
 */
const generationsKept = 4;

/** What kind of search a run is. */
export interface RunKind {
  readonly lambda: number;
  readonly sigma: number;
  /** Results after which it ends at the latest. */
  readonly budget: number;
  readonly separable: boolean;
  readonly adaptLearningRate: boolean;
}

/**
 * One run, from its beginning to the next restart: a search, the results that wait for the end of the generation, and which
 * generation a trial belongs to. Whoever finishes, the λ-th result ends the generation; trials of the few generations before it
 * count as late results. Older ones are compared with the whole generation: any that belong to its better half take the places of
 * its worst, as injected solutions do (Hansen 2011, arXiv:1110.4181). Those of earlier runs would lead back to where these ended.
 */
export class Run {
  readonly kind: RunKind;
  readonly search: Search;
  readonly buffer: ResultBuffer;
  readonly stopping: Stopping;
  /** How many results it took. */
  results: number = 0;
  /** How many trials had finished when the present generation began, and the few before it: latest first. */
  readonly begins: number[];
  /** How many trials had finished when the run began. */
  readonly #began: number;
  /** The best of the results that are older than a few generations, since the last update. */
  readonly #elders: ResultBuffer;
  readonly #recombination: Recombination;
  readonly #sorted: ResultBuffer;
  readonly #tied: Uint8Array;

  private constructor(
    kind: RunKind,
    search: Search,
    buffer: ResultBuffer,
    elders: ResultBuffer,
    stopping: Stopping,
    begins: number[],
    began: number,
  ) {
    this.kind = kind;
    this.search = search;
    this.buffer = buffer;
    this.stopping = stopping;
    this.begins = begins;
    this.#began = began;
    this.#elders = elders;
    this.#recombination = search.gaussian?.strategy ?? recombinationOf(kind.lambda);
    this.#sorted = new ResultBuffer(buffer.n, buffer.variables, kind.lambda);
    this.#tied = new Uint8Array(kind.lambda);
  }

  /**
   * A run at its beginning, after `begin` trials have finished.
   * @param mean raw coordinates
   */
  static start(map: SpaceMap, kind: RunKind, mean: Float64Array, begin: number): Run {
    const { n, choices, discrete } = map;
    const { lambda, sigma } = kind;
    const variables = discrete.length + choices.length;
    const search = new Search({
      gaussian: n === 0 ? null : gaussianSearch(n, kind, mean),
      margin: discrete.length === 0 ? null : new Margin(discrete, n, 1 - 0.73 ** (1 / variables)),
      categories:
        choices.length === 0
          ? null
          : new CategoricalSearch(
              Int32Array.from(choices, ({ count }) => count),
              variables,
            ),
      bounded: map.bounded,
    });
    const d = n + choices.length;
    const buffer = new ResultBuffer(n, choices.length, lambda);
    const elders = new ResultBuffer(n, choices.length, lambda >> 1);
    return new Run(kind, search, buffer, elders, new Stopping(d, lambda, sigma), [begin], begin);
  }

  /**
   * How many generations ago a trial was drawn that had seen so many finished ones, infinity for more than are kept; `null`: by another
   * run.
   */
  generationsBack(seen: number): number | null {
    for (let k = 0; k < this.begins.length; k++) if (seen >= (this.begins[k] as number)) return k;
    return seen >= this.#began ? Number.POSITIVE_INFINITY : null;
  }

  /**
   * Takes a result.
   * @param back how many generations ago it was drawn
   * @param finished how many trials have finished, this one included
   * @returns how the run has ended, `null` while it goes on
   */
  tell(raw: Float64Array, choices: Int32Array, merit: Merit, back: number, finished: number): RunEnd | null {
    this.results++;
    if (back === Number.POSITIVE_INFINITY) {
      this.#elders.pushBetter(raw, choices, merit, true);
      return null;
    }
    this.buffer.push(raw, choices, merit, back > 0);
    return this.buffer.isFull ? this.#endGeneration(finished) : null;
  }

  #endGeneration(finished: number): RunEnd | null {
    const { search, buffer, stopping, begins } = this;
    const sorted = this.#sorted;
    const tied = this.#tied;
    buffer.admit(this.#elders);
    buffer.ranked(sorted, tied);
    buffer.count = 0;
    this.#elders.count = 0;
    begins.unshift(finished);
    if (begins.length > generationsKept + 1) begins.pop();
    search.update(sorted, rankingOf(this.#recombination, tied));
    const best = sorted.merits[0] as Merit;
    if (isFlat(tied) && (search.isContinuous || best.tier === failedTier)) search.widen();
    const end = stopping.end(best, search.gaussian, search.bounded);
    return end === null && this.results >= this.kind.budget ? 'over' : end;
  }

  clone(): Run {
    const { kind, search, buffer, stopping, begins } = this;
    const elders = this.#elders.clone();
    const copy = new Run(kind, search.clone(), buffer.clone(), elders, stopping.clone(), [...begins], this.#began);
    copy.results = this.results;
    return copy;
  }
}

function gaussianSearch(n: number, kind: RunKind, mean: Float64Array): CmaEs {
  const { lambda, sigma, separable, adaptLearningRate } = kind;
  if (separable) return new CmaEs(separableStrategy(n, lambda), new DiagonalCovariance(n), mean, sigma);
  const strategy = fullStrategy(n, lambda);
  if (!adaptLearningRate) return new CmaEs(strategy, new FullCovariance(n, refreshEvery(strategy)), mean, sigma);
  // The adaptation itself sets the covariance last, and decomposes it then.
  const covariance = new FullCovariance(n, Number.POSITIVE_INFINITY);
  return new CmaEs(strategy, covariance, mean, sigma, new LearningRates(n));
}

/**
 * How many generations a decomposition stays good enough: until the covariance may have been replaced by a twentieth. The tutorial (B.2) is
 * stricter in high dimensions. Measured on 5 functions in 20 and 40 dimensions, 10 seeds, 2,000 and 5,000 evaluations: nowhere
 * significantly worse than decomposing each time, up to a tenth.
 */
function refreshEvery({ c1, cMu }: Strategy): number {
  return Math.max(1, Math.floor(0.05 / (c1 + cMu)));
}

/** Whether the best seven tenths are all alike. */
function isFlat(tied: Uint8Array): boolean {
  const until = Math.ceil(0.7 * tied.length);
  for (let k = 1; k < until; k++) if (tied[k] === 0) return false;
  return true;
}
