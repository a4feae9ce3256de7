import type { SamplerFoldContext, TrialHistory } from '@asktell/core';
import { NestedHistory } from '../nested/history.ts';
import { startCmaEs } from './hand-over.ts';
import { isNoisyNote, noteFor } from './note.ts';
import type { ParentName, Parents } from './parents.ts';
import { kindOf, type SpaceKind } from './situation.ts';
import { TriedPoints } from './tried-points.ts';

/** The state of one of the samplers. */
interface ParentState {
  readonly state: unknown;
  /** Number of trials that had finished when the state began, if it has not absorbed them. */
  readonly start: number;
}

/** When the samplers of a study change, in finished trials. */
export interface Changes {
  /** CMA-ES starts from the best of so many trials. `null` for never. */
  readonly cmaEsAfter: number | null;
  /** Gaussian processes never propose after so many trials, so their state is dropped. */
  readonly gpUntil: number;
}

/** What the sampler knows of a study: the states of the samplers among which it chooses, and what the choice depends on. */
export class AutoState {
  readonly kind: SpaceKind;
  readonly objectives: number;
  /** The points of a finite space that were tried. `null` if a range is continuous. */
  readonly tried: TriedPoints | null;
  /** Number of absorbed trials. */
  finished = 0;
  /** Whether a complete trial has parameters that not all trials have. Always `false` for a declared space. */
  hasOwnParams = false;
  /** Whether the model of the last absorbed trial that Gaussian processes proposed took account of noise. */
  isModelledNoisy = false;
  /** Whether standard errors were told. */
  #hasErrors = false;
  /** Number of parameters that all trials have. `null` for a declared space. */
  readonly #observed: number | null;
  readonly #changes: Changes;
  readonly #parents: Parents;
  readonly #states: Map<ParentName, ParentState>;

  private constructor(
    kind: SpaceKind,
    objectives: number,
    tried: TriedPoints | null,
    observed: number | null,
    changes: Changes,
    parents: Parents,
    states: Map<ParentName, ParentState>,
  ) {
    this.kind = kind;
    this.objectives = objectives;
    this.tried = tried;
    this.#observed = observed;
    this.#changes = changes;
    this.#parents = parents;
    this.#states = states;
  }

  /**
   * The state before the first trial.
   * @param names samplers that see all trials
   */
  static begin(ctx: SamplerFoldContext, parents: Parents, names: readonly ParentName[], changes: Changes): AutoState {
    return new AutoState(
      kindOf(ctx.space),
      ctx.history.directions.length,
      TriedPoints.of(ctx.space),
      ctx.space.origin === 'observed' ? ctx.space.params.length : null,
      changes,
      parents,
      new Map(names.map((name) => [name, { state: parents[name].fold.init(ctx), start: 0 }])),
    );
  }

  has(name: ParentName): boolean {
    return this.#states.has(name);
  }

  /** The state of a sampler. */
  of(name: ParentName): unknown {
    return this.#states.get(name)?.state;
  }

  /** Whether repeats can be useful. */
  get isNoisy(): boolean {
    return this.#hasErrors || this.tried?.hasVaried === true;
  }

  absorb(row: number, ctx: SamplerFoldContext): void {
    const { history } = ctx;
    this.finished++;
    if (!this.#hasErrors) this.#hasErrors = toldErrors(row, history);
    this.tried?.absorb(row, history);
    const note = noteFor('gp')(history.note(row));
    if (note !== undefined) this.isModelledNoisy = isNoisyNote(note);
    if (this.#observed !== null && history.state(row) === 'complete')
      this.hasOwnParams ||= history.params(row).names.length > this.#observed;
    for (const [name, { state, start }] of this.#states) this.#teach(name, state, row, ctx, start);
    if (this.objectives === 1 && !this.has('hypergradient') && history.gradient(row) !== null) this.#follow(ctx);
    const { cmaEsAfter, gpUntil } = this.#changes;
    if (this.finished === gpUntil) this.#states.delete('gp');
    if (this.finished !== cmaEsAfter) return;
    const state = startCmaEs(ctx, this.finished);
    if (state !== null) this.#states.set('cmaes', { state, start: this.finished });
  }

  #teach(name: ParentName, state: unknown, row: number, ctx: SamplerFoldContext, start: number): void {
    const history = new NestedHistory(ctx.history, noteFor(name), start);
    this.#parents[name].fold.absorb(state, row, { ...ctx, history });
  }

  /** Starts to follow gradients. The sampler that does it learns from all trials so far. */
  #follow(ctx: SamplerFoldContext): void {
    const state = this.#parents.hypergradient.fold.init(ctx);
    for (const row of ctx.history.finished.subarray(0, this.finished)) this.#teach('hypergradient', state, row, ctx, 0);
    this.#states.set('hypergradient', { state, start: 0 });
  }

  clone(): AutoState {
    const states = new Map<ParentName, ParentState>();
    for (const [name, { state, start }] of this.#states)
      states.set(name, { state: this.#parents[name].fold.clone?.(state), start });
    const copy = new AutoState(
      this.kind,
      this.objectives,
      this.tried?.clone() ?? null,
      this.#observed,
      this.#changes,
      this.#parents,
      states,
    );
    copy.finished = this.finished;
    copy.hasOwnParams = this.hasOwnParams;
    copy.isModelledNoisy = this.isModelledNoisy;
    copy.#hasErrors = this.#hasErrors;
    return copy;
  }
}

function toldErrors(row: number, history: TrialHistory): boolean {
  return history.sem(row)?.some((error) => error > 0) === true;
}
