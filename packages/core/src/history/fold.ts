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

/** Every how many trials a checkpoint is taken, and how many are kept. */
const checkpointEvery = 128;
const checkpointsKept = 4;

/**
 * A state that has absorbed the finished trials in finish order, extended incrementally. Late arrivals and questions about
 * the past go back to the nearest checkpoint (if the state can be cloned), else to the beginning.
 */
export class Fold<S, Context> {
  readonly #order: FinishOrder;
  readonly #fold: StateFold<S, Context>;
  readonly #context: Context;
  readonly #firstContext: Context;
  #live: Point<S> | null = null;
  /** The last answer about the past: a trial that runs beside newer ones asks the same with every parameter. */
  #past: Point<S> | null = null;
  #checkpoints: Checkpoint<S>[] = [];

  /** @param firstContext what `init` gets, if that differs from what `absorb` gets */
  constructor(order: FinishOrder, fold: StateFold<S, Context>, context: Context, firstContext: Context = context) {
    this.#order = order;
    this.#fold = fold;
    this.#context = context;
    this.#firstContext = firstContext;
  }

  /** A trial was inserted at `position`: whatever had absorbed more than that is wrong now. */
  invalidate(position: number): void {
    if (this.#live !== null && this.#live.position > position) this.#live = null;
    if (this.#past !== null && this.#past.position > position) this.#past = null;
    this.#checkpoints = this.#checkpoints.filter((checkpoint) => checkpoint.position <= position);
  }

  /** The state after the first `position` finished trials. Read it, do not keep it. */
  at(position: number): S {
    if (this.#live === null) this.#live = this.#nearest(position);
    if (this.#live.position <= position) {
      this.#advance(this.#live, position);
      return this.#live.state;
    }
    const past = this.#past;
    const far = this.#fold.clone === undefined ? Number.POSITIVE_INFINITY : checkpointEvery; // a checkpoint is nearer then
    const reach = past === null ? -1 : position - past.position;
    const point = past !== null && reach >= 0 && reach <= far ? past : this.#nearest(position);
    this.#past = point;
    this.#extend(point, position);
    return point.state;
  }

  #nearest(position: number): Point<S> {
    for (let i = this.#checkpoints.length - 1; i >= 0; i--) {
      const checkpoint = this.#checkpoints[i] as Checkpoint<S>;
      if (checkpoint.position <= position)
        return { position: checkpoint.position, state: this.#copy(checkpoint.state) };
    }
    return { position: 0, state: this.#fold.init(this.#firstContext) };
  }

  #copy(state: S): S {
    return (this.#fold as Required<StateFold<S, Context>>).clone(state);
  }

  #extend(point: Point<S>, position: number): void {
    for (; point.position < position; point.position++)
      this.#fold.absorb(point.state, this.#order.row(point.position), this.#context);
  }

  #advance(live: Point<S>, position: number): void {
    while (live.position < position) {
      const next = Math.min(position, (Math.floor(live.position / checkpointEvery) + 1) * checkpointEvery);
      this.#extend(live, next);
      if (this.#fold.clone !== undefined && next % checkpointEvery === 0) {
        this.#checkpoints.push({ position: next, state: this.#copy(live.state) });
        if (this.#checkpoints.length > checkpointsKept) this.#checkpoints.shift();
      }
    }
  }
}
