import { pow } from '@asktell/numerics/elementary';
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
 * Results of up to this many generations ago join the current generation. Measured: 1, 2, 4, 8 and no limit, with 7, 20 and 60
 * workers on populations of 8 and 10 (four functions, medians of 7 seeds, no significance test). The limit matters only for 60
 * workers, where the 10-D sphere reached 2e-3, 3e-4, 4e-5, 6e-3 and 0.8 after 1,500 trials.
 */
const generationsKept = 4;

/** Parameters of a run. */
export interface RunKind {
  readonly lambda: number;
  readonly sigma: number;
  /** Maximum number of results. */
  readonly budget: number;
  readonly separable: boolean;
  readonly adaptLearningRate: boolean;
}

/**
 * One run of the search, up to the next restart. Collects results and assigns them to generations. The λ-th result ends a
 * generation. Results of the last few generations join the current one as late results. Older results of the run replace the
 * worst results of the generation if they belong to its better half, as injected solutions do (Hansen 2011, arXiv:1110.4181).
 * The caller must ignore results of earlier runs, which would pull the search back to where those runs ended.
 */
export class Run {
  readonly kind: RunKind;
  readonly search: Search;
  readonly buffer: ResultBuffer;
  readonly stopping: Stopping;
  /** Number of results so far. */
  results: number = 0;
  /** Number of finished trials at the start of the current and the last few generations, latest first. */
  readonly generationStarts: number[];
  /** Number of finished trials at the start of the run. */
  readonly #runStart: number;
  /** The best results since the last update that are older than a few generations. */
  readonly #oldResults: ResultBuffer;
  readonly #recombination: Recombination;
  readonly #sorted: ResultBuffer;
  readonly #tied: Uint8Array;

  private constructor(
    kind: RunKind,
    search: Search,
    buffer: ResultBuffer,
    oldResults: ResultBuffer,
    stopping: Stopping,
    generationStarts: number[],
    runStart: number,
  ) {
    this.kind = kind;
    this.search = search;
    this.buffer = buffer;
    this.stopping = stopping;
    this.generationStarts = generationStarts;
    this.#runStart = runStart;
    this.#oldResults = oldResults;
    this.#recombination = search.gaussian?.strategy ?? recombinationOf(kind.lambda);
    this.#sorted = new ResultBuffer(buffer.n, buffer.variables, kind.lambda);
    this.#tied = new Uint8Array(kind.lambda);
  }

  /**
   * Starts a run.
   * @param mean initial mean in raw coordinates
   * @param finished number of finished trials
   */
  static start(map: SpaceMap, kind: RunKind, mean: Float64Array, finished: number): Run {
    const { n, choices, discrete } = map;
    const { lambda, sigma } = kind;
    const variables = discrete.length + choices.length;
    const search = new Search({
      gaussian: n === 0 ? null : gaussianSearch(n, kind, mean),
      margin: discrete.length === 0 ? null : new Margin(discrete, n, 1 - pow(0.73, 1 / variables)),
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
    const oldResults = new ResultBuffer(n, choices.length, lambda >> 1);
    return new Run(kind, search, buffer, oldResults, new Stopping(d, lambda, sigma), [finished], finished);
  }

  /**
   * The age of a trial in generations.
   * @param seen number of finished trials when the trial was drawn
   * @returns infinity if the trial is older than the last few generations, `null` if another run drew it
   */
  generationsBack(seen: number): number | null {
    const starts = this.generationStarts;
    for (let k = 0; k < starts.length; k++) if (seen >= (starts[k] as number)) return k;
    return seen >= this.#runStart ? Number.POSITIVE_INFINITY : null;
  }

  /**
   * Adds a result.
   * @param back age of the trial, see {@link generationsBack}
   * @param finished number of finished trials including this one
   * @returns how the run ended, `null` if it continues
   */
  tell(raw: Float64Array, choices: Int32Array, merit: Merit, back: number, finished: number): RunEnd | null {
    this.results++;
    if (back === Number.POSITIVE_INFINITY) {
      this.#oldResults.pushIfBetter(raw, choices, merit, true);
      return null;
    }
    this.buffer.push(raw, choices, merit, back > 0);
    return this.buffer.isFull ? this.#endGeneration(finished) : null;
  }

  #endGeneration(finished: number): RunEnd | null {
    const { search, buffer, stopping, generationStarts } = this;
    const sorted = this.#sorted;
    const tied = this.#tied;
    buffer.replaceWorst(this.#oldResults);
    buffer.ranked(sorted, tied);
    buffer.count = 0;
    this.#oldResults.count = 0;
    generationStarts.unshift(finished);
    if (generationStarts.length > generationsKept + 1) generationStarts.pop();
    search.update(sorted, rankingOf(this.#recombination, tied));
    const best = sorted.merits[0] as Merit;
    if (isFlat(tied) && (search.isContinuous || best.tier === failedTier)) search.widen();
    const end = stopping.end(best, search.gaussian, search.bounded);
    return end === null && this.results >= this.kind.budget ? 'over' : end;
  }

  clone(): Run {
    const { kind, search, buffer, stopping, generationStarts } = this;
    const copy = new Run(
      kind,
      search.clone(),
      buffer.clone(),
      this.#oldResults.clone(),
      stopping.clone(),
      [...generationStarts],
      this.#runStart,
    );
    copy.results = this.results;
    return copy;
  }
}

function gaussianSearch(n: number, kind: RunKind, mean: Float64Array): CmaEs {
  const { lambda, sigma, separable, adaptLearningRate } = kind;
  if (separable) return new CmaEs(separableStrategy(n, lambda), new DiagonalCovariance(n), mean, sigma);
  const strategy = fullStrategy(n, lambda);
  if (!adaptLearningRate) return new CmaEs(strategy, new FullCovariance(n, refreshEvery(strategy)), mean, sigma);
  // The adaptation sets the covariance after each update, which decomposes it.
  const covariance = new FullCovariance(n, Number.POSITIVE_INFINITY);
  return new CmaEs(strategy, covariance, mean, sigma, new LearningRates(n));
}

/**
 * Number of generations between two decompositions, in which updates replace about a twentieth of the covariance. The tutorial
 * (B.2) decomposes more often in high dimensions. Measured on 5 functions in 20 and 40 dimensions, 10 seeds, 2,000 and 5,000
 * evaluations: up to a tenth, no result was significantly worse than decomposing every generation.
 */
function refreshEvery({ c1, cMu }: Strategy): number {
  return Math.max(1, Math.floor(0.05 / (c1 + cMu)));
}

/** Whether the best 70 % of the results are equally good. */
function isFlat(tied: Uint8Array): boolean {
  const until = Math.ceil(0.7 * tied.length);
  for (let k = 1; k < until; k++) if (tied[k] === 0) return false;
  return true;
}
