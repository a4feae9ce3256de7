import {
  AsktellError,
  type CompiledSpace,
  type Direction,
  describe,
  rngFor,
  show,
  type TrialHistory,
  toInternal,
} from '@asktell/core';
import { compareMerit, type Merit } from '../outcome/merit.ts';
import type { CheckedCmaEsOptions } from './options.ts';
import { failedTier, outcomeOf } from './outcome.ts';
import { Restarts } from './restarts.ts';
import { Run } from './run.ts';
import { SpaceMap } from './space-map.ts';
import { SpreadPoints } from './spread-points.ts';
import { defaultPopulationSize } from './strategy.ts';
import { warmStartedRun } from './warm-started-run.ts';

/** Initial step size as a fraction of each range. */
const defaultSigma = 1 / 6;

/** The best point so far. */
interface Best {
  readonly raw: Float64Array;
  readonly choices: Int32Array;
  readonly merit: Merit;
  /** Number of runs before the one that found it. */
  readonly run: number;
}

/** State of the sampler, folded over the finished trials in finish order. */
export class CmaEsState {
  readonly map: SpaceMap;
  readonly options: CheckedCmaEsOptions;
  readonly seed: number;
  readonly points: SpreadPoints;
  run: Run;
  restarts: Restarts;
  best: Best | null = null;
  /** Number of finished trials of any outcome. */
  absorbed: number = 0;
  readonly #raw: Float64Array;
  readonly #choices: Int32Array;

  private constructor(
    map: SpaceMap,
    options: CheckedCmaEsOptions,
    seed: number,
    points: SpreadPoints,
    run: Run,
    restarts: Restarts,
  ) {
    this.map = map;
    this.options = options;
    this.seed = seed;
    this.points = points;
    this.run = run;
    this.restarts = restarts;
    this.#raw = new Float64Array(map.n);
    this.#choices = new Int32Array(map.choices.length);
  }

  /**
   * The state before the first trial.
   * @throws AsktellError `invalid-argument` when `x0` does not fit the space, or when no trial of `warmStart` is a point of it
   */
  static begin(
    space: CompiledSpace,
    options: CheckedCmaEsOptions,
    seed: number,
    direction: Direction | undefined,
  ): CmaEsState {
    const map = new SpaceMap(space);
    const lambda = options.populationSize ?? defaultPopulationSize(map.n + map.choices.length);
    const mean = new Float64Array(map.n).fill(0.5);
    checkStart(space, options.x0);
    map.encode((name) => options.x0.get(name) ?? Number.NaN, mean);
    const { separable, adaptLearningRate } = options;
    const sigma = options.sigma ?? defaultSigma;
    const kind = { lambda, sigma, separable, adaptLearningRate, budget: Number.POSITIVE_INFINITY };
    const warm = warmStartedRun(map, kind, options.warmStart, direction);
    const run = warm ?? Run.start(map, kind, mean, 0);
    const points = new SpreadPoints(map.n + map.choices.length, seed);
    return new CmaEsState(map, options, seed, points, run, new Restarts(options.restarts, lambda));
  }

  absorb(row: number, history: TrialHistory): void {
    this.absorbed++;
    const back = this.run.generationsBack(history.seen(row));
    const merit = outcomeOf(row, history);
    const raw = this.#raw;
    const choices = this.#choices;
    if (merit === null || !this.map.read(row, history, raw, choices)) return;
    this.#fillUnknown(raw, choices);
    if (this.best === null || compareMerit(merit, this.best.merit) < 0)
      this.best = { raw: raw.slice(), choices: choices.slice(), merit, run: this.restarts.count };
    const end = back === null ? null : this.run.tell(raw, choices, merit, back, this.absorbed);
    if (end !== null && this.options.restarts !== 'none') this.#restart();
    else if (end === 'degenerate') this.run = Run.start(this.map, this.run.kind, this.best.raw, this.absorbed);
  }

  /**
   * The best point, from which the final phase continues. `null` after a restart until the new run has found a better point,
   * because small steps are useless where the last run has converged.
   */
  get promising(): Best | null {
    const { best, restarts } = this;
    return best !== null && best.run === restarts.count && best.merit.tier < failedTier ? best : null;
  }

  /** Inactive parameters without a note take neutral values: the mean, or the most probable choice. */
  #fillUnknown(raw: Float64Array, choices: Int32Array): void {
    const { gaussian, categories } = this.run.search;
    for (let i = 0; i < raw.length; i++) if (Number.isNaN(raw[i])) raw[i] = gaussian?.mean[i] ?? 0.5;
    for (let i = 0; i < choices.length; i++) if (choices[i] === -1) choices[i] = categories?.likeliest(i) ?? 0;
  }

  #restart(): void {
    const rng = rngFor(this.seed, this.restarts.count, 'cmaes restart');
    const { lambda, sigmaFactor, budget } = this.restarts.next(this.run.results, rng);
    const sigma = (this.options.sigma ?? defaultSigma) * sigmaFactor;
    const mean = Float64Array.from({ length: this.map.n }, () => rng.float());
    this.run = Run.start(this.map, { ...this.run.kind, lambda, sigma, budget }, mean, this.absorbed);
  }

  clone(): CmaEsState {
    const copy = new CmaEsState(
      this.map,
      this.options,
      this.seed,
      this.points,
      this.run.clone(),
      this.restarts.clone(),
    );
    copy.best = this.best;
    copy.absorbed = this.absorbed;
    return copy;
  }
}

function checkStart(space: CompiledSpace, x0: ReadonlyMap<string, number>): void {
  for (const [name, value] of x0) {
    const param = space.params.find((candidate) => candidate.name === name);
    // The parameter may appear later in a define-by-run study.
    if (param === undefined && space.origin === 'observed') continue;
    if (param === undefined || param.dist.kind === 'categorical' || Number.isNaN(toInternal(param.dist, value))) {
      throw new AsktellError(
        'invalid-argument',
        param === undefined || param.dist.kind === 'categorical'
          ? `CmaEsSampler: x0 must name numeric parameters of the space, not ${show(name)}. Remove it from x0.`
          : `CmaEsSampler: x0 of ${show(name)} must be a member of ${describe(param.dist)}, not ${show(value)}.`,
      );
    }
  }
}
