import { cardinality, type Distribution, type Rng, type TrialHistory } from '@asktell/core';
import { type Axis, encode, isOneValue, makeAxis } from './axis.ts';
import { type CandidateRequest, Candidates, type DensityPair } from './candidates.ts';
import { FailureOdds } from './failure-odds.ts';
import { type GoodList, RankedList } from './good-list.ts';
import { JointDensities } from './joint-densities.ts';
import { MarginalDensities } from './marginal-densities.ts';
import { ParetoList } from './pareto-list.ts';
import { floorOf, goodCount, type TpeRecipe } from './recipe.ts';
import { type Standing, standingOf } from './standing.ts';
import { TrialSample } from './trial-sample.ts';

/**
 * A model that gives one point, the best value drawn on each axis, gives so many to choose among once trials have failed; each
 * from a third of the draws, or the points would be too much alike for the choice to matter.
 */
const pointsAmongFailures = 16;
const shareOfDraws = 1 / 3;

/** How a block models its parameters. */
export interface BlockOptions {
  readonly recipe: TpeRecipe;
  /** How many candidates are drawn from the good density for each proposal. */
  readonly candidates: number;
  /** One mixture over all parameters, or one for each. */
  readonly multivariate: boolean;
  readonly seed: number;
}

/** A parameter of a block. */
export interface BlockParam {
  readonly name: string;
  readonly dist: Distribution;
}

/**
 * Parameters that exist together, modelled together: everything always active, or the parameters of one branch. It learns from
 * every trial that has all of them, and splits those among themselves, so that a branch is searched well even while
 * another one is ahead.
 */
export class Block {
  readonly params: readonly BlockParam[];
  readonly axes: readonly Axis[];
  /** Names of the parameters behind the axes: those with more than one value. */
  readonly names: readonly string[];
  readonly #objectives: number;
  readonly #isFinite: boolean;
  readonly #options: BlockOptions;
  readonly #list: GoodList;
  readonly #densities: DensityPair;
  readonly #sample: TrialSample;
  readonly #odds: FailureOdds;
  readonly #free: Float64Array;
  /** Trials absorbed, and how many of them did not fail. */
  #total = 0;
  #ranked = 0;

  constructor(params: readonly BlockParam[], objectives: number, options: BlockOptions, from?: Block) {
    this.params = params;
    this.#options = options;
    this.#objectives = objectives;
    this.#free = new Float64Array(params.length).fill(Number.NaN);
    this.#isFinite = params.every(({ dist }) => Number.isFinite(cardinality(dist)));
    if (from !== undefined) {
      this.axes = from.axes;
      this.names = from.names;
      this.#list = from.#list.clone();
      this.#densities = from.#densities.clone();
      this.#sample = from.#sample.clone();
      this.#odds = from.#odds.clone();
      this.#total = from.#total;
      this.#ranked = from.#ranked;
      return;
    }
    const modelled = params.flatMap(({ name, dist }) => {
      const axis = makeAxis(dist);
      return axis === null ? [] : [{ name, axis }];
    });
    this.axes = modelled.map(({ axis }) => axis);
    this.names = modelled.map(({ name }) => name);
    const { recipe, multivariate, seed } = options;
    const limit = goodCount(recipe, Number.POSITIVE_INFINITY);
    this.#list = objectives === 1 ? new RankedList(limit) : new ParetoList(limit);
    this.#densities = multivariate ? new JointDensities(this.axes, recipe) : new MarginalDensities(this.axes, recipe);
    // Good trials are in the sample, too, and leave room for others when they are left out.
    this.#sample = new TrialSample(this.axes, recipe.badLimit + limit, seed);
    this.#odds = new FailureOdds(this.axes);
  }

  clone(): Block {
    return new Block(this.params, this.#objectives, this.#options, this);
  }

  /** Trials it has learned from. */
  get total(): number {
    return this.#total;
  }

  /** Learns from a finished trial if that has all of the block's parameters. */
  absorb(row: number, history: TrialHistory, standing: Standing | null = standingOf(row, history)): void {
    if (standing === null || this.axes.length === 0) return;
    const codes = this.#codes(row, history);
    if (codes === null) return;
    const age = this.#total++;
    if (standing.group !== 'failed') this.#ranked++;
    this.#list.insert({ age, standing, losses: lossesOf(row, history, standing), codes });
    this.#odds.absorb(this.#sample, codes, standing.group === 'failed');
    const slot = this.#sample.offer(age, codes, standing.group === 'failed');
    this.#densities.absorb(age, codes, slot);
  }

  /**
   * Candidates of the good density with their scores.
   * @param running rows whose points are pending
   * @param fixed settled values: internal, by name
   * @param finished trials of the whole study that teach something: a branch that few of them took is searched as narrowly as
   * the others, or it would never catch up
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
      good: this.#list.best(goodCount(recipe, this.#ranked)),
      total: this.#total,
      count: candidates,
      floor: (m) => floorOf(recipe, finished, m),
      pending: this.#pending(running, history),
      fixed: fixed.size === 0 ? this.#free : Float64Array.from(this.names, (name) => fixed.get(name) ?? Number.NaN),
      rng,
    };
    const proposed =
      multivariate || this.#odds.failures === 0
        ? this.#densities.propose(request, this.#sample)
        : this.#points(request);
    this.#odds.addLogChances(this.#sample, proposed.codes, proposed.scores);
    return proposed;
  }

  #points(request: CandidateRequest): Candidates {
    const d = this.axes.length;
    const points = new Candidates(this.axes, pointsAmongFailures);
    const count = Math.ceil(request.count * shareOfDraws);
    for (let p = 0; p < pointsAmongFailures; p++) {
      const { codes, places } = this.#densities.propose({ ...request, count }, this.#sample);
      points.codes.set(codes, p * d);
      points.places.set(places, p * d);
    }
    points.fix(request.fixed);
    return points;
  }

  /**
   * Whether candidate `c` is a point that was measured already, as far as is remembered; never on continuous ranges, nor where
   * a cell holds several values.
   */
  hasSeen(candidates: Candidates, c: number): boolean {
    if (!this.#isFinite) return false;
    const { codes } = candidates;
    const from = c * this.axes.length;
    return this.axes.every((axis, j) => isOneValue(axis, codes[from + j] as number)) && this.#sample.has(codes, from);
  }

  #pending(running: Int32Array, history: TrialHistory): Float64Array {
    if (running.length === 0) return none;
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

  /** `null` when a parameter is absent or lies outside its range. */
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

const none = new Float64Array(0);

function lossesOf(row: number, history: TrialHistory, { group }: Standing): Float64Array {
  const { directions } = history;
  if (directions.length === 1 || group !== 'complete') return none;
  return Float64Array.from(directions, (direction, k) => {
    const value = history.values(k)[row] as number;
    return direction === 'maximize' ? -value : value;
  });
}
