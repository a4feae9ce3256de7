import { cardinality, type Distribution, type Rng, type TrialHistory } from '@asktell/core';
import { type Axis, encode, isOneValue, makeAxis } from './axis.ts';
import { type CandidateRequest, Candidates, type DensityPair } from './candidates.ts';
import { FailureModel } from './failure-model.ts';
import { type GoodList, RankedList } from './good-list.ts';
import { JointDensities } from './joint-densities.ts';
import { MarginalDensities } from './marginal-densities.ts';
import { ParetoList } from './pareto-list.ts';
import { floorOf, goodCount, type TpeRecipe } from './recipe.ts';
import { type Standing, standingOf } from './standing.ts';
import { TrialSample } from './trial-sample.ts';

/**
 * Univariate densities propose a single point, the best value drawn on each axis. After failures they propose this many points,
 * and the failure model selects among them.
 */
const pointsAfterFailures = 16;
/** Each of these points uses this share of the draws. With all draws the points would be nearly equal. */
const drawShare = 1 / 3;

/** How a block models its parameters. */
export interface BlockOptions {
  readonly recipe: TpeRecipe;
  /** Number of candidates drawn from the good density per proposal. */
  readonly candidates: number;
  /** `true`: one mixture over all parameters. `false`: one mixture per parameter. */
  readonly multivariate: boolean;
  readonly seed: number;
}

/** A parameter of a block. */
export interface BlockParam {
  readonly name: string;
  readonly dist: Distribution;
}

/**
 * Joint model of parameters that are active together: the always active parameters, or the parameters of one branch. A block
 * learns from the trials that have all of its parameters and splits only these into good and bad ones. A branch is therefore
 * searched well even while another branch has better values.
 */
export class Block {
  readonly params: readonly BlockParam[];
  readonly axes: readonly Axis[];
  /** Names of the modelled parameters, in the order of {@link axes}. Parameters with a single value are left out. */
  readonly names: readonly string[];
  readonly #objectives: number;
  readonly #isFinite: boolean;
  readonly #options: BlockOptions;
  readonly #goodList: GoodList;
  readonly #densities: DensityPair;
  readonly #sample: TrialSample;
  readonly #failureModel: FailureModel;
  readonly #free: Float64Array;
  /** Number of absorbed trials. */
  #total = 0;
  /** Number of absorbed trials that did not fail. */
  #ranked = 0;
  #pruned = 0;

  constructor(params: readonly BlockParam[], objectives: number, options: BlockOptions, from?: Block) {
    this.params = params;
    this.#options = options;
    this.#objectives = objectives;
    this.#free = new Float64Array(params.length).fill(Number.NaN);
    this.#isFinite = params.every(({ dist }) => Number.isFinite(cardinality(dist)));
    if (from !== undefined) {
      this.axes = from.axes;
      this.names = from.names;
      this.#goodList = from.#goodList.clone();
      this.#densities = from.#densities.clone();
      this.#sample = from.#sample.clone();
      this.#failureModel = from.#failureModel.clone();
      this.#total = from.#total;
      this.#ranked = from.#ranked;
      this.#pruned = from.#pruned;
      return;
    }
    const { recipe, multivariate, seed } = options;
    const modelled = params.flatMap(({ name, dist }) => {
      const axis = makeAxis(dist, recipe.orderedChoices);
      return axis === null ? [] : [{ name, axis }];
    });
    this.axes = modelled.map(({ axis }) => axis);
    this.names = modelled.map(({ name }) => name);
    const limit = goodCount(recipe, Number.POSITIVE_INFINITY);
    this.#goodList = objectives === 1 ? new RankedList(limit) : new ParetoList(limit);
    this.#densities = multivariate ? new JointDensities(this.axes, recipe) : new MarginalDensities(this.axes, recipe);
    // The sample also contains good trials, whose kernels are left out of the bad density.
    this.#sample = new TrialSample(this.axes, recipe.badLimit + limit, seed);
    this.#failureModel = new FailureModel(this.axes);
  }

  clone(): Block {
    return new Block(this.params, this.#objectives, this.#options, this);
  }

  /** Number of absorbed trials. */
  get total(): number {
    return this.#total;
  }

  /** Learns from a finished trial. Trials that lack a parameter of the block are ignored. */
  absorb(row: number, history: TrialHistory, standing: Standing | null = standingOf(row, history)): void {
    if (standing === null || this.axes.length === 0) return;
    const codes = this.#codes(row, history);
    if (codes === null) return;
    const age = this.#total++;
    if (standing.group !== 'failed') this.#ranked++;
    if (standing.group === 'pruned') this.#pruned++;
    this.#goodList.insert({ age, standing, losses: lossesOf(row, history, standing), codes });
    this.#failureModel.absorb(this.#sample, codes, standing.group === 'failed');
    const slot = this.#sample.offer(age, codes, standing.group === 'failed');
    this.#densities.absorb(age, codes, slot);
  }

  /**
   * Draws candidates from the good density and scores them.
   * @param running rows of running trials, whose points are pending
   * @param fixed fixed internal values by parameter name
   * @param finished number of informative trials in the whole study. It determines the bandwidth floor, so that a branch with few
   *   trials is searched as narrowly as the other branches and can catch up.
   */
  propose(
    rng: Rng,
    history: TrialHistory,
    running: Int32Array,
    fixed: ReadonlyMap<string, number>,
    finished: number,
  ): Candidates {
    const { recipe, candidates, multivariate } = this.#options;
    const request: CandidateRequest = {
      good: this.#goodList.best(goodCount(recipe, this.#ranked, this.#pruned)),
      total: this.#total,
      count: candidates,
      floor: (m) => floorOf(recipe, finished, m),
      pending: this.#pending(running, history),
      fixed: fixed.size === 0 ? this.#free : Float64Array.from(this.names, (name) => fixed.get(name) ?? Number.NaN),
      rng,
    };
    const proposed =
      multivariate || this.#failureModel.failures === 0
        ? this.#densities.propose(request, this.#sample)
        : this.#proposePoints(request);
    this.#failureModel.addLogSuccess(this.#sample, proposed.codes, proposed.scores);
    return proposed;
  }

  #proposePoints(request: CandidateRequest): Candidates {
    const d = this.axes.length;
    const points = new Candidates(this.axes, pointsAfterFailures);
    const count = Math.ceil(request.count * drawShare);
    for (let p = 0; p < pointsAfterFailures; p++) {
      const { codes, positions } = this.#densities.propose({ ...request, count }, this.#sample);
      points.codes.set(codes, p * d);
      points.positions.set(positions, p * d);
    }
    points.fix(request.fixed);
    return points;
  }

  /**
   * Whether the sample contains the point of candidate `c`. Always false if a range is continuous or a cell contains several
   * values.
   */
  hasSeen(candidates: Candidates, c: number): boolean {
    if (!this.#isFinite) return false;
    const { codes } = candidates;
    const from = c * this.axes.length;
    return this.axes.every((axis, j) => isOneValue(axis, codes[from + j] as number)) && this.#sample.has(codes, from);
  }

  #pending(running: Int32Array, history: TrialHistory): Float64Array {
    if (running.length === 0) return empty;
    const points: Float64Array[] = [];
    for (const row of running) {
      const codes = this.#codes(row, history);
      if (codes !== null) points.push(codes);
    }
    const d = this.axes.length;
    const out = new Float64Array(points.length * d);
    points.forEach((codes, i) => {
      out.set(codes, i * d);
    });
    return out;
  }

  /** Codes of a trial, or `null` if a parameter is missing or outside its range. */
  #codes(row: number, history: TrialHistory): Float64Array | null {
    const codes = new Float64Array(this.axes.length);
    for (let j = 0; j < codes.length; j++) {
      const x = history.value(row, this.names[j] as string);
      const axis = this.axes[j] as Axis;
      if (Number.isNaN(x) || !isWithin(axis.dist, x)) return null;
      codes[j] = encode(axis, x);
    }
    return codes;
  }
}

function isWithin(dist: Distribution, x: number): boolean {
  return dist.kind === 'categorical' ? x < dist.choices.length : x >= dist.low && x <= dist.high;
}

const empty = new Float64Array(0);

function lossesOf(row: number, history: TrialHistory, { group }: Standing): Float64Array {
  const { directions } = history;
  if (directions.length === 1 || group !== 'complete') return empty;
  return Float64Array.from(directions, (direction, k) => {
    const value = history.values(k)[row] as number;
    return direction === 'maximize' ? -value : value;
  });
}
