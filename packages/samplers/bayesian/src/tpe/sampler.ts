import {
  type Distribution,
  drawInternal,
  drawUniform,
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

/** Trials that a block needs before it proposes; before, its parameters are drawn at random. */
const blockStartup = 4;
/** Trials on one way through the branches before everything there is modelled jointly. */
const leafStartup = 15;
/** How often candidates are drawn anew when `where` forbids all of them, or all were measured already. */
const rounds = 4;
/** Complete points tried against `where` in one round. */
const triesPerRound = 200;
/** Trials that a parameter which belongs to no model is looked up in. */
const lookBack = 1000;

const nobody = new Int32Array(0);

/**
 * Tree-structured Parzen estimator: models where the good trials lie, l(x), and where all others do, g(x), draws candidates
 * from l and proposes the one with the largest l(x)/g(x). Handles floats, ints and choices, conditional spaces (a joint density
 * for every branch), outcome constraints, `where`, several objectives, pruned and failed trials; points that are
 * being measured count as bad, so that parallel workers spread. An ask costs the same at any number of trials.
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
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): TpeSampler {
    return new TpeSampler(options as unknown as TpeOptions);
  }

  propose(tree: SpaceTree, ctx: SampleContext): Proposal {
    const x = new Float64Array(ctx.space.params.length).fill(Number.NaN);
    if (tree.done < this.#startupTrials) return { x };
    for (let round = 0; round < rounds; round++) {
      const search = new Descent(tree, ctx, round);
      if (search.find(x)) return { x };
    }
    // Whatever is still free is drawn one by one, and core checks the conditions.
    return { x: x.fill(Number.NaN) };
  }

  sampleOne(tree: SpaceTree, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (tree.groups === null || tree.done < this.#startupTrials) return drawUniform(dist, ctx.rng(name));
    const group = tree.groups.find(name);
    const isKnown = group?.params.some((param) => param.name === name && sameDistribution(param.dist, dist)) === true;
    const block = isKnown ? group : this.#lookUp(tree, ctx, name, dist);
    if (block === undefined || block.total < blockStartup || block.axes.length === 0)
      return drawUniform(dist, ctx.rng(name));
    // The same stream for every parameter of the group: together they are one joint draw.
    const fixed = new Map<string, number>();
    for (const param of block.params) {
      const given = toInternal(param.dist, ctx.trial.enqueued.get(param.name));
      if (!Number.isNaN(given)) fixed.set(param.name, given);
    }
    const purpose = `tpe:${block.params.map((param) => param.name).join('\u0000')}`;
    // Of running trials only the parameters of the space itself are sure to be the same in a replay.
    const candidates = block.propose(ctx.rng(purpose), ctx.history, nobody, fixed, tree.done);
    return toExternal(dist, candidates.value(candidates.ranking()[0] as number, block.names.indexOf(name)));
  }

  /** A model of one parameter alone, from recent trials: for ranges that moved. */
  #lookUp(tree: SpaceTree, { history }: SampleContext, name: string, dist: Distribution): Block | undefined {
    const block = new Block([{ name, dist }], history.directions.length, tree.options);
    const { finished } = history;
    for (let i = Math.max(0, finished.length - lookBack); i < finished.length; i++)
      block.absorb(finished[i] as number, history);
    return block;
  }

  #blockOptions(objectives: number, seed: number): BlockOptions {
    const { candidates = 24, multivariate = objectives === 1 } = this.#options;
    return { recipe: recipeOf(this.#options, objectives), candidates, multivariate, seed };
  }
}

/** One round of candidates for every branch, searched depth first for the best complete point that is allowed. */
class Descent {
  readonly #tree: SpaceTree;
  readonly #ctx: SampleContext;
  readonly #round: number;
  #tries = 0;

  constructor(tree: SpaceTree, ctx: SampleContext, round: number) {
    this.#tree = tree;
    this.#ctx = ctx;
    this.#round = round;
  }

  /** Fills `x` and returns true, or returns false when no point was found. */
  find(x: Float64Array): boolean {
    return this.#from(0, x);
  }

  #from(at: number, x: Float64Array): boolean {
    const branch = this.#tree.branches[at];
    if (branch === undefined) return this.#again(x) || this.#isAllowed(x);
    const { when, block, indexes } = branch;
    if (when !== null && x[when.param] !== when.choice) return this.#from(at + 1, x);
    const isYoung = block.total < blockStartup || block.axes.length === 0;
    return isYoung ? this.#random(at, x, indexes) : this.#modelled(at, x, block, indexes);
  }

  #isAllowed(x: Float64Array): boolean {
    const { allows } = this.#ctx.space;
    return allows === null || (this.#tries++ < triesPerRound && allows(x));
  }

  /** The branches are chosen: everything else once more, jointly, if enough trials have taken the same way. */
  #again(x: Float64Array): boolean {
    const { leaves } = this.#tree;
    const leaf = leaves.find(x);
    if (leaf === undefined || leaf.block.total < leafStartup || leaf.block.axes.length === 0) return false;
    const { history } = this.#ctx;
    const { free, fixed } = this.#parts(leaf.indexes);
    const running = leaves.beside(x, history.running, history);
    const candidates = leaf.block.propose(this.#rng(-1), history, running, fixed, this.#tree.done);
    const before = x.slice();
    for (const c of candidates.ranking()) {
      if (this.#round < rounds - 1 && leaf.block.hasSeen(candidates, c)) continue;
      free.forEach((i, j) => {
        x[i] = candidates.value(c, j);
      });
      if (this.#isAllowed(x)) return true;
    }
    x.set(before);
    return false;
  }

  #random(at: number, x: Float64Array, indexes: readonly number[]): boolean {
    const rng = this.#rng(at);
    for (let k = 0; k < 8; k++) {
      for (const i of indexes) {
        const { dist } = this.#ctx.space.params[i] as ParamSpec;
        const u = drawInternal(dist, rng);
        x[i] = this.#settled(i) ?? u;
      }
      if (this.#from(at + 1, x)) return true;
    }
    for (const i of indexes) x[i] = Number.NaN;
    return false;
  }

  #modelled(at: number, x: Float64Array, block: Block, indexes: readonly number[]): boolean {
    const { free, fixed } = this.#parts(indexes);
    for (const i of indexes) x[i] = this.#settled(i) ?? Number.NaN;
    const { history } = this.#ctx;
    const candidates = block.propose(this.#rng(at), history, history.running, fixed, this.#tree.done);
    // A point of a finite space that was measured already comes last, in the last round only.
    const isWhole = this.#tree.branches.length === 1 && this.#round < rounds - 1;
    for (const c of candidates.ranking()) {
      if (isWhole && block.hasSeen(candidates, c)) continue;
      free.forEach((i, j) => {
        x[i] = candidates.value(c, j);
      });
      if (this.#from(at + 1, x)) return true;
      if (this.#tries >= triesPerRound) break;
    }
    for (const i of indexes) x[i] = Number.NaN;
    return false;
  }

  /** Of some parameters those with more than one value, and what is settled, by name. */
  #parts(indexes: readonly number[]): {
    readonly free: readonly number[];
    readonly fixed: ReadonlyMap<string, number>;
  } {
    const { params } = this.#ctx.space;
    const fixed = new Map<string, number>();
    for (const i of indexes) {
      const value = this.#settled(i);
      if (value !== undefined) fixed.set((params[i] as ParamSpec).name, value);
    }
    return { free: indexes.filter((i) => !isSingle((params[i] as ParamSpec).dist)), fixed };
  }

  /** What a parameter is going to be whatever is proposed. */
  #settled(i: number): number | undefined {
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
