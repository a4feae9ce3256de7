import {
  cardinality,
  check,
  checkValue,
  type Distribution,
  type Json,
  nthInternal,
  type Proposal,
  type Rng,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
  show,
  toExternal,
} from '@asktell/core';
import { CellDealer, type DealtCells } from '../grid/cell-dealer.ts';
import { badBruteForce, continuous } from './errors.ts';
import { LiveTrials } from './live-trials.ts';
import { firstFree, occupied, reserve } from './reservation.ts';
import {
  absorbSuggestions,
  cloneSuggestions,
  emptySuggestions,
  isLikelyComplete,
  pathOf,
  type SuggestionState,
} from './suggestion-state.ts';
import { keyOf, keyOfInternal, nodeAt, type Step, type TreeNode } from './suggestion-tree.ts';
import { WholeSpace } from './whole-space.ts';

/** Options of {@link BruteForceSampler}. */
export interface BruteForceOptions {
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. Decides the order. */
  readonly seed?: number;
}

/** Cells of a declared space, or the tree of what define-by-run trials suggested. */
export type BruteForceState = { readonly cells: DealtCells } | { readonly suggestions: SuggestionState };

/** How often a value is drawn before the free ones are looked for one by one. */
const draws = 32;

/**
 * Tries every point of a finite space once, in random order, then says `exhausted`, which ends `optimize`. Trials of any outcome count;
 * only a lost worker's point is tried again.
 *
 * A declared space, branches and `where` included: exact across workers, since points are handed out inside the ask transaction. Up to 2^52 points;
 * beyond 2^24 it gives up (`unsatisfiable-space`) where `where` allows fewer than one in a million.
 *
 * A define-by-run study: the sampler learns the tree of suggestions from the trials, running ones included, and sends each trial where
 * nobody has been. A trial that runs alone never repeats another. Trials that overlap are kept apart within a process, as soon as
 * there is a choice; but the sampler cannot know what comes after an answer that nobody has given before, so more workers than branches
 * may meet at the beginning. Across processes they may also take the same way before they see each other. Such repeats are
 * counted: {@link repeatedTrials}. The study ends when nothing is left, or when all that is left is being tried by trials that are not
 * likely to ask for more: none did after the same answer.
 *
 * Growth: declared as the grid; define-by-run O(depth × values of a parameter × running trials) a suggestion, whatever the number of trials.
 *
 * @example
 * const study = await createStudy({ sampler: new BruteForceSampler() });
 * await study.optimize((trial) => {
 *   const kind = trial.suggestCategorical('kind', ['a', 'b']);
 *   return kind === 'a' ? 0 : trial.suggestInt('k', 1, 5);
 * }); // 6 trials
 */
export class BruteForceSampler implements Sampler<BruteForceState> {
  static readonly savedName = 'brute-force';
  readonly name = 'brute-force';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, exclusive: 'enumerates' };
  declare readonly seed?: number;
  readonly fold: StateFold<BruteForceState, SamplerFoldContext> = {
    init: (ctx) => this.#begin(ctx),
    absorb: (state, row, { history }) => {
      if ('cells' in state) this.#dealer.absorb(state.cells, row, history);
      else absorbSuggestions(state.suggestions, row, history);
    },
    clone: (state) =>
      'cells' in state
        ? { cells: this.#dealer.clone(state.cells) }
        : { suggestions: cloneSuggestions(state.suggestions) },
  };
  readonly #dealer = new CellDealer('BruteForceSampler', 'shuffled');
  readonly #live = new LiveTrials();

  /** @throws AsktellError `invalid-argument` */
  constructor(options: BruteForceOptions = {}) {
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      throw badBruteForce(`options must be an object such as { seed: 1 }, not ${show(options)}.`);
    for (const key of Object.keys(options))
      if (key !== 'seed') throw badBruteForce(`there is no option ${show(key)}; use seed.`);
    const { seed } = options;
    if (seed !== undefined) {
      checkValue('BruteForceSampler: seed', seed, check.seed);
      this.seed = seed;
    }
    this.config = { version: 1, options: seed === undefined ? {} : { seed } };
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): BruteForceSampler {
    return new BruteForceSampler(options as unknown as BruteForceOptions);
  }

  /** @throws AsktellError `invalid-argument` for a declared space that is not finite, or too large */
  #begin({ space, seed, fixed }: SamplerFoldContext): BruteForceState {
    if (space.origin === 'observed') return { suggestions: emptySuggestions(fixed) };
    return { cells: this.#dealer.init(new WholeSpace(space), seed) };
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` allows no point at all, or next to none of a vast space */
  propose(state: BruteForceState, ctx: SampleContext): Proposal | 'exhausted' {
    if ('cells' in state) return this.#dealer.propose(state.cells, ctx);
    const { suggestions } = state;
    // Who enqueues a trial gets it, whatever has been tried.
    if (ctx.trial.enqueued.size === 0 && this.#isOver(suggestions, ctx)) return 'exhausted';
    return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
  }

  #isOver(suggestions: SuggestionState, ctx: SampleContext): boolean {
    if (suggestions.tree.isDone) return true;
    const { tree, fixes } = suggestions;
    const likely = reserve(tree, this.#running(ctx), fixes).filter((path) => isLikelyComplete(suggestions, path));
    return occupied(tree, likely, fixes).isDone;
  }

  /**
   * The next answer on a way that nobody has gone.
   * @throws AsktellError `invalid-argument` for a continuous range
   */
  sampleOne(state: BruteForceState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if ('cells' in state) return state.cells.grid.sampleOne(ctx, name, dist);
    if (cardinality(dist) === Number.POSITIVE_INFINITY) throw continuous(name, dist);
    const { suggestions } = state;
    const { tree, fixes } = suggestions;
    const here = [...ctx.trial.chosen];
    const rng = ctx.rng(name);
    // Trials that stand higher up have more ways than this one: they choose later.
    const running = reserve(
      tree,
      this.#running(ctx).filter((path) => path.length >= here.length),
      fixes,
    );
    const free = (paths: readonly (readonly Step[])[]): number | undefined =>
      pickFree(nodeAt(occupied(tree, paths, fixes), here), name, dist, rng);
    // Away from all others, else not where one is likely to end, else not where one has ended.
    const x =
      free(running) ??
      free(running.filter((path) => isLikelyComplete(suggestions, path))) ??
      free([]) ??
      any(dist, rng);
    this.#live.note(ctx, [...stepsOf(tree, here), { name, dist, key: keyOfInternal(dist, x) }]);
    return toExternal(dist, x);
  }

  /** Where the trials stand that this one has not seen finish. */
  #running(ctx: SampleContext): readonly (readonly Step[])[] {
    const { history } = ctx;
    const paths = new Map(this.#live.others(ctx));
    for (const row of history.running) {
      const stored = pathOf(row, history);
      if (stored.length >= (paths.get(row)?.length ?? 0)) paths.set(row, stored);
    }
    return [...paths.values()];
  }
}

function stepsOf(root: TreeNode, chosen: readonly (readonly [string, Scalar])[]): Step[] {
  return chosen.map(([name, value], i) => {
    const dist = nodeAt(root, chosen.slice(0, i)).questions.get(name)?.dist ?? null;
    return { name, dist, key: keyOf(dist, value) };
  });
}

/** A value below which something is left, each alike; `undefined` when there is none. Internal. */
function pickFree(node: TreeNode, name: string, dist: Distribution, rng: Rng): number | undefined {
  const answers = node.questions.get(name)?.answers;
  for (let i = 0; i < draws; i++) {
    const x = any(dist, rng);
    if (answers?.get(x)?.isDone !== true) return x;
  }
  return firstFree(dist, answers, rng.int(0, cardinality(dist) - 1));
}

function any(dist: Distribution, rng: Rng): number {
  return nthInternal(dist, rng.int(0, cardinality(dist) - 1));
}
