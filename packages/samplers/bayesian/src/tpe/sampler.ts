import {
  type Distribution,
  drawInternal,
  drawUniform,
  type Explanation,
  isSingle,
  type Json,
  type ParamSpec,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
  sameDistribution,
  toExternal,
  toInternal,
} from '@asktell/core';
import { Block, type BlockOptions } from './block.ts';
import { checkTpeOptions, recipeOf, type TpeOptions } from './options.ts';
import { SpaceTree } from './space-tree.ts';

/** Number of trials before a block proposes. Until then its parameters are drawn at random. */
const blockStartup = 4;
/** Number of trials on one path through the branches before a joint model of the path proposes. */
const leafStartup = 15;
/** Maximum number of rounds of candidates, if `where` forbids all candidates or all have been evaluated already. */
const maxRounds = 4;
/** Maximum number of complete points checked against `where` in one round. */
const triesPerRound = 200;
/** Number of recent trials from which a parameter without a model is modelled. */
const recentTrials = 1000;

const noRunning = new Int32Array(0);

/**
 * Tree-structured Parzen estimator. It models the density l(x) of the good trials and the density g(x) of all others, draws
 * candidates from l and proposes the one with the largest l(x)/g(x).
 *
 * Supports floats, ints, choices, conditional spaces (a joint density per branch), outcome constraints, `where`, several
 * objectives, pruned trials and failed trials. Pending points count as bad, so that parallel workers spread out. The cost of an
 * ask does not grow with the number of trials.
 *
 * Sources: Bergstra et al. 2011 (NeurIPS 24); Watanabe 2023 (arXiv 2304.11127); the split of trials follows Optuna 5.0.
 *
 * @example
 * const study = await createStudy({ sampler: new TpeSampler({ seed: 1 }) });
 */
export class TpeSampler implements Sampler<SpaceTree> {
  static readonly savedName = 'tpe';
  readonly name = 'tpe';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, pending: true };
  declare readonly seed?: number;
  readonly fold: StateFold<SpaceTree, SamplerFoldContext> = {
    init: ({ space, history, seed }) => {
      const objectives = history.directions.length;
      return new SpaceTree(space, objectives, this.#blockOptions(objectives, seed));
    },
    absorb: (tree, row, { history }) => tree.absorb(row, history),
    clone: (tree) => tree.clone(),
  };
  readonly #startupTrials: number;
  readonly #options: TpeOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: TpeOptions = {}) {
    const given = checkTpeOptions(options);
    this.#startupTrials = given.startupTrials ?? 10;
    this.#options = given;
    if (given.seed !== undefined) this.seed = given.seed;
    this.config = { version: 1, options: given as Json };
  }

  /**
   * Recreates a sampler from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): TpeSampler {
    return new TpeSampler(options as unknown as TpeOptions);
  }

  propose(tree: SpaceTree, ctx: SampleContext): Proposal {
    const x = new Float64Array(ctx.space.params.length).fill(Number.NaN);
    // Without a result, core draws free parameters one by one and checks `where`.
    if (this.#search(tree, ctx, x) === null) x.fill(Number.NaN);
    return { x };
  }

  /** Fills `x` with a proposal. Returns the search that found it, `null` if there is none. */
  #search(tree: SpaceTree, ctx: SampleContext, x: Float64Array): BranchSearch | null {
    if (tree.done < this.#startupTrials) return null;
    for (let round = 0; round < maxRounds; round++) {
      const search = new BranchSearch(tree, ctx, round);
      if (search.find(x)) return search;
    }
    return null;
  }

  /** Proposes again. `logDensityRatio` is log l(x) - log g(x) of the proposed point, plus the log-probability of success. */
  explain(tree: SpaceTree, ctx: SampleContext): Explanation {
    const { done } = tree;
    if (done < this.#startupTrials) return { reason: `The first ${this.#startupTrials} trials are drawn at random.` };
    const search = this.#search(tree, ctx, new Float64Array(ctx.space.params.length).fill(Number.NaN));
    if (search === null) return { reason: 'No candidate was allowed and new, so the parameters were drawn at random.' };
    return {
      reason: `Among its candidates it has the highest density of good trials relative to the others, by ${done} trials.`,
      ...(search.score === null ? {} : { logDensityRatio: Number(search.score.toPrecision(6)) }),
    };
  }

  sampleOne(tree: SpaceTree, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (tree.groups === null || tree.done < this.#startupTrials) return drawUniform(dist, ctx.rng(name));
    const group = tree.groups.find(name);
    const isKnown = group?.params.some((param) => param.name === name && sameDistribution(param.dist, dist)) === true;
    const block = isKnown ? group : this.#modelRecent(tree, ctx, name, dist);
    if (block === undefined || block.total < blockStartup || block.axes.length === 0)
      return drawUniform(dist, ctx.rng(name));
    // All parameters of a group use the same stream, so that they are parts of one joint draw.
    const fixed = new Map<string, number>();
    for (const param of block.params) {
      const given = toInternal(param.dist, ctx.trial.enqueued.get(param.name));
      if (!Number.isNaN(given)) fixed.set(param.name, given);
    }
    const purpose = `tpe:${block.params.map((param) => param.name).join('\u0000')}`;
    // Running trials are left out: their parameters outside the space may differ in a replay.
    const candidates = block.propose(ctx.rng(purpose), ctx.history, noRunning, fixed, tree.done);
    return toExternal(dist, candidates.value(candidates.ranking()[0] as number, block.names.indexOf(name)));
  }

  /** Models one parameter from recent trials. Used after its range has changed. */
  #modelRecent(tree: SpaceTree, { history }: SampleContext, name: string, dist: Distribution): Block | undefined {
    const block = new Block([{ name, dist }], history.directions.length, tree.options);
    const { finished } = history;
    for (let i = Math.max(0, finished.length - recentTrials); i < finished.length; i++)
      block.absorb(finished[i] as number, history);
    return block;
  }

  #blockOptions(objectives: number, seed: number): BlockOptions {
    const { candidates = 24, multivariate = objectives === 1 } = this.#options;
    return { recipe: recipeOf(this.#options, objectives), candidates, multivariate, seed };
  }
}

/** Depth-first search over the candidates of all branches for the best complete point that `where` allows. Covers one round. */
class BranchSearch {
  readonly #tree: SpaceTree;
  readonly #ctx: SampleContext;
  readonly #round: number;
  /** log l(x) - log g(x) of the point that was found. `null` if all its parameters were drawn at random. */
  score: number | null = null;
  #isLeaf = false;
  #tries = 0;

  constructor(tree: SpaceTree, ctx: SampleContext, round: number) {
    this.#tree = tree;
    this.#ctx = ctx;
    this.#round = round;
  }

  /** Fills `x` and returns true, or returns false if no point was found. */
  find(x: Float64Array): boolean {
    return this.#searchFrom(0, x);
  }

  #searchFrom(at: number, x: Float64Array): boolean {
    const branch = this.#tree.branches[at];
    if (branch === undefined) return this.#proposeLeaf(x) || this.#isAllowed(x);
    const { when, block, indexes } = branch;
    if (when !== null && x[when.param] !== when.choice) return this.#searchFrom(at + 1, x);
    const isUntrained = block.total < blockStartup || block.axes.length === 0;
    return isUntrained ? this.#drawRandom(at, x, indexes) : this.#proposeBlock(at, x, block, indexes);
  }

  #isAllowed(x: Float64Array): boolean {
    const { allows } = this.#ctx.space;
    return allows === null || (this.#tries++ < triesPerRound && allows(x));
  }

  /** Replaces all parameters except the branch selectors by a joint proposal, if enough trials have taken the same path. */
  #proposeLeaf(x: Float64Array): boolean {
    const { leaves } = this.#tree;
    const leaf = leaves.find(x);
    if (leaf === undefined || leaf.block.total < leafStartup || leaf.block.axes.length === 0) return false;
    const { history } = this.#ctx;
    const { free, fixed } = this.#splitFixed(leaf.indexes);
    const running = leaves.onSamePath(x, history.running, history);
    const candidates = leaf.block.propose(this.#rng(-1), history, running, fixed, this.#tree.done);
    const before = x.slice();
    for (const c of candidates.ranking()) {
      if (this.#round < maxRounds - 1 && leaf.block.hasSeen(candidates, c)) continue;
      free.forEach((i, j) => {
        x[i] = candidates.value(c, j);
      });
      if (!this.#isAllowed(x)) continue;
      this.score = candidates.scores[c] as number;
      this.#isLeaf = true;
      return true;
    }
    x.set(before);
    return false;
  }

  #drawRandom(at: number, x: Float64Array, indexes: readonly number[]): boolean {
    const rng = this.#rng(at);
    for (let k = 0; k < 8; k++) {
      for (const i of indexes) {
        const { dist } = this.#ctx.space.params[i] as ParamSpec;
        const u = drawInternal(dist, rng);
        x[i] = this.#fixedValue(i) ?? u;
      }
      if (this.#searchFrom(at + 1, x)) return true;
    }
    for (const i of indexes) x[i] = Number.NaN;
    return false;
  }

  #proposeBlock(at: number, x: Float64Array, block: Block, indexes: readonly number[]): boolean {
    const { free, fixed } = this.#splitFixed(indexes);
    for (const i of indexes) x[i] = this.#fixedValue(i) ?? Number.NaN;
    const { history } = this.#ctx;
    const candidates = block.propose(this.#rng(at), history, history.running, fixed, this.#tree.done);
    // In a finite space, points that were evaluated already are accepted only in the last round.
    const skipSeen = this.#tree.branches.length === 1 && this.#round < maxRounds - 1;
    for (const c of candidates.ranking()) {
      if (skipSeen && block.hasSeen(candidates, c)) continue;
      free.forEach((i, j) => {
        x[i] = candidates.value(c, j);
      });
      const score = candidates.scores[c] as number;
      if (this.#searchFrom(at + 1, x)) {
        if (!this.#isLeaf) this.score = (this.score ?? 0) + score;
        return true;
      }
      if (this.#tries >= triesPerRound) break;
    }
    for (const i of indexes) x[i] = Number.NaN;
    return false;
  }

  /** The parameters with more than one value, and the fixed values by name. */
  #splitFixed(indexes: readonly number[]): {
    readonly free: readonly number[];
    readonly fixed: ReadonlyMap<string, number>;
  } {
    const { params } = this.#ctx.space;
    const fixed = new Map<string, number>();
    for (const i of indexes) {
      const value = this.#fixedValue(i);
      if (value !== undefined) fixed.set((params[i] as ParamSpec).name, value);
    }
    return { free: indexes.filter((i) => !isSingle((params[i] as ParamSpec).dist)), fixed };
  }

  /** The value of a parameter that is fixed or has a single-valued range; otherwise undefined. */
  #fixedValue(i: number): number | undefined {
    const fixed = this.#ctx.fixed[i] as number;
    if (!Number.isNaN(fixed)) return fixed;
    const { dist } = this.#ctx.space.params[i] as ParamSpec;
    if (!isSingle(dist)) return undefined;
    return dist.kind === 'categorical' ? 0 : dist.low;
  }

  #rng(at: number) {
    return this.#ctx.rng(`tpe ${at} ${this.#round}`);
  }
}
