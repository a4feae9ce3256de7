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
import { FiniteSpaceGrid } from './finite-space-grid.ts';
import { givenUpNotice } from './given-up.ts';
import { LiveTrials } from './live-trials.ts';
import { firstFree, occupied, reserve } from './reservation.ts';
import {
  absorbSuggestions,
  cloneSuggestions,
  emptySuggestions,
  pathOf,
  type SuggestionState,
} from './suggestion-state.ts';
import { keyOf, keyOfInternal, nodeAt, type Progress, type Step, type TreeNode } from './suggestion-tree.ts';

/** Options of {@link BruteForceSampler}. */
export interface BruteForceOptions {
  /** Seed of the order: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** The cells of a declared space, or the suggestion tree of a define-by-run study. */
export type BruteForceState = { readonly cells: DealtCells } | { readonly suggestions: SuggestionState };

/** Number of random draws before a linear search for a free value. */
const maxDraws = 32;

/**
 * Tries every point of a finite space once, in random order. Then it returns `exhausted`, which ends `optimize`. Trials of lost
 * workers do not count.
 *
 * In a declared space, with branches and `where`, trials of any other outcome count. Points are exact across workers because
 * they are assigned inside the ask transaction. The space may have up to 2^52 points. Beyond 2^24 points, `ask` throws `unsatisfiable-space` if `where` allows
 * fewer than about one point in a million.
 *
 * In a define-by-run study the sampler builds a tree from the suggestions of finished and running trials, and leads each trial
 * to an untried point. A trial that runs alone never repeats another. Overlapping trials are kept apart where possible, but
 * they can repeat points: the sampler does not know what the objective suggests after a new value, and it sees trials of other
 * processes only after they are stored. {@link repeatedTrials} counts the repeats. The study ends when every point has been
 * tried, or when running trials cover the remaining points and are not expected to suggest more, because no earlier trial did
 * after the same last suggestion.
 *
 * In a define-by-run study a trial that did not complete may have ended before it suggested everything. Its last suggestion is
 * therefore tried again after all other points, at most twice. Overlapping trials may try it more often. If no trial suggests
 * more or completes, the point is given up, and a notice names it when the study ends. A pruned trial counts if complete
 * trials end after the same last suggestion.
 *
 * A trial shows that the objective has changed, for example on resume, if it suggests something else at the same point. If it
 * suggests another range, the points of that range are tried wherever a trial saw the former one. If it suggests more where a
 * complete trial ended, all points that ended after the same suggestion are tried again. If complete trials end three times
 * where others suggested more, nothing more is tried there. If only trials at other points differ, their values can be the
 * cause: a notice at the end of the study says which trial to enqueue again in case the objective has changed. A study that
 * has tried every point runs no trial, so `optimize` and `take` print a notice.
 *
 * Cost: like `GridSampler` in a declared space. In a define-by-run study O(depth × values of a parameter × running trials) per
 * suggestion, independent of the number of finished trials.
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
    init: (ctx) => this.#init(ctx),
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
      if (key !== 'seed') throw badBruteForce(`there is no option ${show(key)}. The only option is seed.`);
    const { seed } = options;
    if (seed !== undefined) {
      checkValue('BruteForceSampler: seed', seed, check.seed);
      this.seed = seed;
    }
    this.config = { version: 1, options: seed === undefined ? {} : { seed } };
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): BruteForceSampler {
    return new BruteForceSampler(options as unknown as BruteForceOptions);
  }

  /** @throws AsktellError `invalid-argument` for a declared space with a continuous parameter or more than 2^52 points */
  #init({ space, seed, fixed }: SamplerFoldContext): BruteForceState {
    if (space.origin === 'observed') return { suggestions: emptySuggestions(fixed) };
    return { cells: this.#dealer.init(new FiniteSpaceGrid(space), seed) };
  }

  /** @throws AsktellError `unsatisfiable-space` when `where` allows no point, or almost none of more than 2^24 points */
  propose(state: BruteForceState, ctx: SampleContext): Proposal | 'exhausted' {
    if ('cells' in state) return this.#dealer.propose(state.cells, ctx);
    const { suggestions } = state;
    // An enqueued trial always runs, even if its point has been tried.
    if (ctx.trial.enqueued.size === 0 && this.#isExhausted(suggestions, ctx)) {
      const notice = givenUpNotice(suggestions.tree);
      if (notice !== null) ctx.host.notice(notice);
      for (const line of suggestions.log.possibleChanges()) ctx.host.notice(`BruteForceSampler: ${line}`);
      return 'exhausted';
    }
    return { x: new Float64Array(ctx.space.params.length).fill(Number.NaN) };
  }

  #isExhausted(suggestions: SuggestionState, ctx: SampleContext): boolean {
    if (suggestions.tree.isDone) return true;
    const { tree, fixed } = suggestions;
    const likely = reserve(tree, this.#running(ctx), fixed).filter((path) => suggestions.log.isLikelyComplete(path));
    return occupied(tree, likely, fixed).isDone;
  }

  /**
   * Chooses a value that leads to an untried point.
   * @throws AsktellError `invalid-argument` for a continuous range
   */
  sampleOne(state: BruteForceState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if ('cells' in state) return state.cells.grid.sampleOne(ctx, name, dist);
    if (cardinality(dist) === Number.POSITIVE_INFINITY) throw continuous(name, dist);
    const { suggestions } = state;
    const { tree, fixed } = suggestions;
    const here = [...ctx.trial.chosen];
    const rng = ctx.rng(name);
    // Trials with fewer suggestions have more alternatives, so they choose later.
    const running = reserve(
      tree,
      this.#running(ctx).filter((path) => path.length >= here.length),
      fixed,
    );
    const likely = running.filter((path) => suggestions.log.isLikelyComplete(path));
    const untried = (paths: readonly (readonly Step[])[]): number | undefined =>
      pickFree(nodeAt(occupied(tree, paths, fixed), here), name, dist, 'isTried', rng);
    const again = (paths: readonly (readonly Step[])[]): number | undefined => {
      const node = nodeAt(occupied(tree, paths, fixed), here);
      return node.isTried && !node.isDone ? pickFree(node, name, dist, 'isDone', rng) : undefined;
    };
    // In order of preference: avoid all running trials, avoid those that are likely complete, avoid only finished trials.
    const x =
      untried(running) ??
      untried(likely) ??
      again(running) ??
      again(likely) ??
      untried([]) ??
      again([]) ??
      drawValue(dist, rng);
    this.#live.record(ctx, [...stepsOf(tree, here), { name, dist, key: keyOfInternal(dist, x) }]);
    return toExternal(dist, x);
  }

  /** Paths of the trials that overlap this one, from memory and from the history. */
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
    const dist = nodeAt(root, chosen.slice(0, i)).params.get(name)?.dist ?? null;
    return { name, dist, key: keyOf(dist, value) };
  });
}

/** Draws an internal value whose subtree is not tried, or not done, with equal probabilities. `undefined` if there is none. */
function pickFree(node: TreeNode, name: string, dist: Distribution, progress: Progress, rng: Rng): number | undefined {
  const children = node.params.get(name)?.children;
  for (let i = 0; i < maxDraws; i++) {
    const x = drawValue(dist, rng);
    if (children?.get(x)?.[progress] !== true) return x;
  }
  return firstFree(dist, children, progress, rng.int(0, cardinality(dist) - 1));
}

function drawValue(dist: Distribution, rng: Rng): number {
  return nthInternal(dist, rng.int(0, cardinality(dist) - 1));
}
