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
import { SpreadPoints } from './draws.ts';
import type { CheckedCmaEsOptions } from './options.ts';
import { failedTier, outcomeOf } from './outcome.ts';
import { Restarts } from './restarts.ts';
import { Run } from './run.ts';
import { SpaceMap } from './space-map.ts';
import { defaultPopulationSize } from './strategy.ts';
import { warmRun } from './warm-run.ts';

/** Initial step size as a fraction of each range. */
const defaultSigma = 1 / 6;

/** The best point so far. */
interface Best {
  readonly raw: Float64Array;
  readonly choices: Int32Array;
  readonly merit: Merit;
  /** Runs before the one that it was found in. */
  readonly run: number;
}

/** What the finished trials come to: the present run, and what restarts have to remember. */
export class CmaEsState {
  readonly map: SpaceMap;
  readonly options: CheckedCmaEsOptions;
  readonly seed: number;
  readonly points: SpreadPoints;
  run: Run;
  restarts: Restarts;
  best: Best | null = null;
  /** Finished trials, whatever they were. */
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
   * Before the first trial.
   * @throws AsktellError `invalid-argument` when `x0` is no point of the space, or no trial of `warmStart` is one
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
    const warm = warmRun(map, kind, options.warmStart, direction);
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
   * The point that a final phase goes on from. After a restart there is none until the new run has found a better one: where the last run has
   * converged, small steps lead nowhere.
   */
  get promising(): Best | null {
    const { best, restarts } = this;
    return best !== null && best.run === restarts.count && best.merit.tier < failedTier ? best : null;
  }

  /** Of an inactive parameter nothing is known when another sampler or the user chose the point: it pulls nowhere. */
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
    // A define-by-run study may not know the parameter yet.
    if (param === undefined && space.origin === 'observed') continue;
    if (param === undefined || param.dist.kind === 'categorical' || Number.isNaN(toInternal(param.dist, value))) {
      throw new AsktellError(
        'invalid-argument',
        `CmaEsSampler: x0 has ${show(name)} = ${show(value)}, but ${param === undefined ? 'the space has no such parameter' : `that is no number of ${describe(param.dist)}`}.`,
      );
    }
  }
}
