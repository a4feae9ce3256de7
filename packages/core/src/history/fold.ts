import type { FinishOrder } from './finish-order.ts';
import type { StateFold } from './state-fold.ts';

interface Checkpoint<S> {
  readonly position: number;
  readonly state: S;
}

interface Point<S> {
  position: number;
  readonly state: S;
}

/** The number of trials between two checkpoints. */
const checkpointInterval = 128;
const maxCheckpoints = 4;

/**
 * The state after the finished trials in finish order, extended incrementally. After a late arrival, and for an earlier
 * position, the fold restarts from the nearest checkpoint if the state can be cloned, otherwise from the beginning.
 */
export class Fold<S, Context> {
  readonly #order: FinishOrder;
  readonly #fold: StateFold<S, Context>;
  readonly #context: Context;
  readonly #initContext: Context;
  #live: Point<S> | null = null;
  /** The last state at an earlier position. A trial that started before others finished reads it for every parameter. */
  #past: Point<S> | null = null;
  #checkpoints: Checkpoint<S>[] = [];

  /** @param initContext the context of `init`, if it differs from that of `absorb` */
  constructor(order: FinishOrder, fold: StateFold<S, Context>, context: Context, initContext: Context = context) {
    this.#order = order;
    this.#fold = fold;
    this.#context = context;
    this.#initContext = initContext;
  }

  /** Discards states that have absorbed more than `position` trials, after a trial was inserted there. */
  invalidate(position: number): void {
    if (this.#live !== null && this.#live.position > position) this.#live = null;
    if (this.#past !== null && this.#past.position > position) this.#past = null;
    this.#checkpoints = this.#checkpoints.filter((checkpoint) => checkpoint.position <= position);
  }

  /** The state after the first `position` finished trials. Do not modify or keep it. */
  at(position: number): S {
    if (this.#live === null) this.#live = this.#nearest(position);
    if (this.#live.position <= position) {
      this.#absorbWithCheckpoints(this.#live, position);
      return this.#live.state;
    }
    const past = this.#past;
    // Beyond this distance, a checkpoint is nearer.
    const maxDistance = this.#fold.clone === undefined ? Number.POSITIVE_INFINITY : checkpointInterval;
    const distance = past === null ? -1 : position - past.position;
    const point = past !== null && distance >= 0 && distance <= maxDistance ? past : this.#nearest(position);
    this.#past = point;
    this.#absorbUntil(point, position);
    return point.state;
  }

  #nearest(position: number): Point<S> {
    for (let i = this.#checkpoints.length - 1; i >= 0; i--) {
      const checkpoint = this.#checkpoints[i] as Checkpoint<S>;
      if (checkpoint.position <= position)
        return { position: checkpoint.position, state: this.#copy(checkpoint.state) };
    }
    return { position: 0, state: this.#fold.init(this.#initContext) };
  }

  #copy(state: S): S {
    return (this.#fold as Required<StateFold<S, Context>>).clone(state);
  }

  #absorbUntil(point: Point<S>, position: number): void {
    for (; point.position < position; point.position++)
      this.#fold.absorb(point.state, this.#order.row(point.position), this.#context);
  }

  #absorbWithCheckpoints(live: Point<S>, position: number): void {
    while (live.position < position) {
      const next = Math.min(position, (Math.floor(live.position / checkpointInterval) + 1) * checkpointInterval);
      this.#absorbUntil(live, next);
      if (this.#fold.clone !== undefined && next % checkpointInterval === 0) {
        this.#checkpoints.push({ position: next, state: this.#copy(live.state) });
        if (this.#checkpoints.length > maxCheckpoints) this.#checkpoints.shift();
      }
    }
  }
}
