import { hypot } from '@asktell/numerics/elementary';
import { type PlannedStep, QuasiNewton } from './quasi-newton.ts';
import { agreement, trustAfter } from './trust.ts';

/** A measured point of a chain, in the unit cube. Lower losses are better. */
export interface ChainPoint {
  /** Number of its trial. */
  readonly row: number;
  readonly u: Float64Array;
  /** Derivatives of the loss, NaN = unknown. */
  readonly g: Float64Array;
  readonly loss: number;
  /** Standard error of the loss. */
  readonly error: number;
}

/** Bounds of the points of a chain. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The next point of a chain. */
export interface ChainStep {
  readonly u: Float64Array;
  /** Predicted decrease of the loss. */
  readonly decrease: number;
}

/** A chain whose trust is lower ends. */
const leastTrust = 0.2;
/** A chain ends after this many steps in a row that found nothing better. */
const mostStalls = 6;
const smallestRadius = 1e-8;
/** A chain ends when the predicted decrease is this small compared with the loss and with the decrease so far. */
const smallestDecrease = 1e-11;
/** Number of points that a late step can start from. */
const mostRecent = 16;

/**
 * Descends from one start by steps inside a trust region: a cube around the best point, whose size follows from how well the
 * steps did. It knows neither trials nor history. Steps may be told late and in any order.
 */
export class Chain<P extends ChainPoint> {
  readonly start: P;
  centre: P;
  /** Half the width of the trust region. */
  radius: number;
  /** How well the gradients have predicted the losses, from 0 to 1. */
  trust: number;
  /** Number of steps in a row that found nothing better. */
  stalls = 0;
  #recent: readonly P[];
  readonly #model: QuasiNewton;
  readonly #box: Box;

  /** @param radius half the width of the first trust region */
  constructor(start: P, box: Box, radius: number, trust: number, model: QuasiNewton = new QuasiNewton()) {
    this.start = start;
    this.centre = start;
    this.radius = radius;
    this.trust = trust;
    this.#recent = [start];
    this.#model = model;
    this.#box = box;
  }

  clone(): Chain<P> {
    const copy = new Chain(this.start, this.#box, this.radius, this.trust, this.#model.clone());
    copy.centre = this.centre;
    copy.stalls = this.stalls;
    copy.#recent = this.#recent;
    return copy;
  }

  /**
   * The next point, `null` if the chain has ended: at a stationary point, for lack of trust or of progress.
   * @param share part of the planned step, 1 for all of it
   */
  next(share: number): ChainStep | null {
    if (this.trust < leastTrust || this.stalls >= mostStalls || this.radius < smallestRadius) return null;
    const { u, loss } = this.centre;
    const plan = this.#plan();
    if (plan === null) return null;
    const scale = Math.abs(loss) + Math.abs(this.start.loss - loss);
    if (!(plan.decrease(1) > smallestDecrease * scale)) return null;
    const next = u.map((from, i) => this.#inside(from + share * (plan.move[i] as number), i));
    return { u: next, decrease: plan.decrease(share) };
  }

  #plan(): PlannedStep | null {
    const { u, g } = this.centre;
    const { radius } = this;
    const bound = (sign: 1 | -1): Float64Array =>
      u.map((from, i) => (Number.isNaN(g[i]) ? from : this.#inside(from + sign * radius, i)));
    return this.#model.plan({ u, g, lower: bound(-1), upper: bound(1) });
  }

  #inside(position: number, i: number): number {
    return Math.min(this.#box.upper[i] as number, Math.max(this.#box.lower[i] as number, position));
  }

  /** The point of a trial, `undefined` if it does not belong to the chain or is no longer remembered. */
  point(row: number): P | undefined {
    return this.#recent.find((point) => point.row === row);
  }

  /** A step failed: it has no value, or no derivatives. */
  fail(): void {
    this.stalls++;
    this.radius *= 0.3;
  }

  /**
   * Takes in a measured step.
   * @param from the point where it started
   * @param decrease the decrease that was predicted
   * @returns how well the gradients have predicted the change, from 0 to 1; NaN if the change is too small to tell
   */
  tell(from: P, to: P, decrease: number): number {
    const n = from.u.length;
    const move = new Float64Array(n);
    const change = new Float64Array(n);
    let slopeBefore = 0;
    let slopeAfter = 0;
    let length = 0;
    for (let i = 0; i < n; i++) {
      const before = from.g[i] as number;
      const after = to.g[i] as number;
      const s = (to.u[i] as number) - (from.u[i] as number);
      length = Math.max(length, Math.abs(s));
      if (Number.isNaN(before) || Number.isNaN(after)) continue;
      move[i] = s;
      change[i] = after - before;
      slopeBefore += s * before;
      slopeAfter += s * after;
    }
    const losses = { lossBefore: from.loss, lossAfter: to.loss };
    const agreed = agreement({ ...losses, slopeBefore, slopeAfter, error: hypot([from.error, to.error]) });
    this.trust = trustAfter(this.trust, agreed);
    this.#model.learn(move, change);
    const isBetter = to.loss < this.centre.loss;
    if (isBetter) this.#moveTo(to);
    this.stalls = isBetter ? 0 : this.stalls + 1;
    this.#adaptRadius(length, agreed, (from.loss - to.loss) / decrease, slopeBefore, slopeAfter);
    return agreed;
  }

  #moveTo(point: P): void {
    this.centre = point;
    this.#recent = [...this.#recent.slice(1 - mostRecent), point];
  }

  /** Jumps to a better point that no gradient has led to, for example with other choices. */
  jump(to: P): void {
    if (!(to.loss < this.centre.loss)) return;
    this.#moveTo(to);
    this.stalls = 0;
  }

  /**
   * Widens the region after a step to its edge that did as well as predicted or still goes down at its end. Narrows it after a
   * step that went up, to the minimum along it as both slopes estimate it.
   */
  #adaptRadius(length: number, agreed: number, ratio: number, slopeBefore: number, slopeAfter: number): void {
    if (!(ratio > 0)) {
      const turn = slopeAfter > slopeBefore ? slopeBefore / (slopeBefore - slopeAfter) : 0.5;
      this.radius = Math.min(this.radius, length) * Math.min(0.5, Math.max(0.1, turn));
    } else if (agreed < 0.3 || ratio < 0.1) this.radius *= 0.5;
    else if (length > 0.9 * this.radius && (ratio > 0.7 || slopeAfter < 0.5 * slopeBefore))
      this.radius = Math.min(1, 2.5 * this.radius);
  }
}
