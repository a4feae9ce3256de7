import type { FinishOrder } from './finish-order.ts';

/** The three hooks of whatever folds over finished trials. */
export interface Folding<S> {
  init(): S;
  absorb(state: S, row: number): void;
  clone: ((state: S) => S) | null;
}

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
export class Fold<S> {
  readonly #order: FinishOrder;
  readonly #hooks: Folding<S>;
  #live: Point<S> | null = null;
  /** The last answer about the past: a trial that runs beside newer ones asks the same with every parameter. */
  #past: Point<S> | null = null;
  #checkpoints: Checkpoint<S>[] = [];

  constructor(order: FinishOrder, hooks: Folding<S>) {
    this.#order = order;
    this.#hooks = hooks;
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
    const far = this.#hooks.clone === null ? Number.POSITIVE_INFINITY : checkpointEvery; // a checkpoint is nearer then
    const reach = past === null ? -1 : position - past.position;
    const point = past !== null && reach >= 0 && reach <= far ? past : this.#nearest(position);
    this.#past = point;
    this.#extend(point, position);
    return point.state;
  }

  #nearest(position: number): Point<S> {
    const { clone } = this.#hooks;
    for (let i = this.#checkpoints.length - 1; i >= 0 && clone !== null; i--) {
      const checkpoint = this.#checkpoints[i] as Checkpoint<S>;
      if (checkpoint.position <= position) return { position: checkpoint.position, state: clone(checkpoint.state) };
    }
    return { position: 0, state: this.#hooks.init() };
  }

  #extend(point: Point<S>, position: number): void {
    for (; point.position < position; point.position++)
      this.#hooks.absorb(point.state, this.#order.row(point.position));
  }

  #advance(live: Point<S>, position: number): void {
    const { clone } = this.#hooks;
    while (live.position < position) {
      const next = Math.min(position, (Math.floor(live.position / checkpointEvery) + 1) * checkpointEvery);
      this.#extend(live, next);
      if (clone !== null && next % checkpointEvery === 0) {
        this.#checkpoints.push({ position: next, state: clone(live.state) });
        if (this.#checkpoints.length > checkpointsKept) this.#checkpoints.shift();
      }
    }
  }
}
