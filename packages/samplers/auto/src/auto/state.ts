import type { SamplerFoldContext, TrialHistory } from '@asktell/core';
import { NestedHistory } from '../nested/history.ts';
import { startCmaEs } from './hand-over.ts';
import { noteFor } from './note.ts';
import { type ParentName, parents } from './parents.ts';
import { kindOf, type SpaceKind } from './situation.ts';
import { TriedPoints } from './tried-points.ts';

/** The state of one of the samplers. */
interface ParentState {
  readonly state: unknown;
  /** Number of trials that had finished when the state began, if it has not absorbed them. */
  readonly start: number;
}

/** What the sampler knows of a study: the states of the samplers among which it chooses, and what the choice depends on. */
export class AutoState {
  readonly kind: SpaceKind;
  readonly objectives: number;
  /** The points of a finite space that were tried. `null` if a range is continuous. */
  readonly tried: TriedPoints | null;
  /** Number of absorbed trials. */
  finished = 0;
  /** Whether standard errors were told. */
  #hasErrors = false;
  readonly #cmaEsAfter: number | null;
  readonly #states: Map<ParentName, ParentState>;

  private constructor(
    kind: SpaceKind,
    objectives: number,
    tried: TriedPoints | null,
    cmaEsAfter: number | null,
    states: Map<ParentName, ParentState>,
  ) {
    this.kind = kind;
    this.objectives = objectives;
    this.tried = tried;
    this.#cmaEsAfter = cmaEsAfter;
    this.#states = states;
  }

  /**
   * The state before the first trial.
   * @param names samplers that see all trials
   * @param cmaEsAfter number of trials after which CMA-ES starts from the best of them, `null` for never
   */
  static begin(ctx: SamplerFoldContext, names: readonly ParentName[], cmaEsAfter: number | null): AutoState {
    return new AutoState(
      kindOf(ctx.space),
      ctx.history.directions.length,
      TriedPoints.of(ctx.space),
      cmaEsAfter,
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
    for (const [name, { state, start }] of this.#states)
      parents[name].fold.absorb(state, row, { ...ctx, history: new NestedHistory(history, noteFor(name), start) });
    if (this.finished !== this.#cmaEsAfter) return;
    const state = startCmaEs(ctx, this.finished);
    if (state !== null) this.#states.set('cmaes', { state, start: this.finished });
  }

  clone(): AutoState {
    const states = new Map<ParentName, ParentState>();
    for (const [name, { state, start }] of this.#states)
      states.set(name, { state: parents[name].fold.clone?.(state), start });
    const copy = new AutoState(this.kind, this.objectives, this.tried?.clone() ?? null, this.#cmaEsAfter, states);
    copy.finished = this.finished;
    copy.#hasErrors = this.#hasErrors;
    return copy;
  }
}

function toldErrors(row: number, history: TrialHistory): boolean {
  return history.sem(row)?.some((error) => error > 0) === true;
}
