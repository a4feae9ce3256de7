import { BoxModel, Curvature } from '@asktell/numerics';

/** A point with its derivatives, and the part of the unit cube that a step may reach. */
export interface Outlook {
  readonly u: Float64Array;
  /** Derivatives, NaN = unknown. */
  readonly g: Float64Array;
  /** Bounds of the next point. Equal to `u` where the derivative is unknown. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A step, and the change of the loss that its model predicts for the part `share` of it. */
export interface PlannedStep {
  readonly move: Float64Array;
  /** The predicted decrease of the loss after the part `share` of the step. At least 0 for `share` = 1. */
  readonly decrease: (share: number) => number;
}

/** How a chain chooses its steps. A rule learns from measured steps and proposes the next one. */
export interface StepRule {
  /** Whether a chain stays at its best point (`false`: it continues from its newest point, as averaged gradients need). */
  readonly keepsBest: boolean;
  /** Takes in a measured step: the move, the change of the derivatives (0 where unknown), and the new derivatives. */
  learn(move: Float64Array, change: Float64Array, g: Float64Array): void;
  /** The next step. `null` if no direction leads down. */
  plan(outlook: Outlook): PlannedStep | null;
  clone(): StepRule;
}

/** Number of steps whose curvature is remembered. */
const memory = 10;

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/**
 * Projected L-BFGS: the step to the minimum of a quadratic model in a box (Byrd, Lu, Nocedal & Zhu 1995). Without any
 * curvature yet, the step goes down the gradient to the edge of the box.
 */
export class LbfgsSteps implements StepRule {
  readonly keepsBest = true;
  #pairs: readonly Pair[] = [];

  learn(s: Float64Array, y: Float64Array): void {
    if (product(s, y) > 0) this.#pairs = [...this.#pairs.slice(1 - memory), { s, y }];
  }

  plan({ u, g, lower, upper }: Outlook): PlannedStep | null {
    const n = u.length;
    const slopes = g.map((slope) => (Number.isNaN(slope) ? 0 : slope));
    const curvature = new Curvature(n, memory);
    // Without pairs, the steepest coordinate that can move goes to the edge of the region.
    let steepest = Number.MIN_VALUE;
    let reach = 0;
    for (let i = 0; i < n; i++) {
      const slope = slopes[i] as number;
      reach = Math.max(reach, ((upper[i] as number) - (lower[i] as number)) / 2);
      if ((slope < 0 ? upper : lower)[i] !== u[i]) steepest = Math.max(steepest, Math.abs(slope));
    }
    if (reach === 0) return null;
    const theta = steepest / reach;
    curvature.clear(theta);
    for (const { s, y } of this.#pairs) curvature.add(s, y);
    const move = new Float64Array(n);
    const model = new BoxModel(n, memory);
    if (!model.step(u, slopes, lower, upper, curvature, move)) {
      curvature.clear(theta);
      model.step(u, slopes, lower, upper, curvature, move);
    }
    const slope = product(slopes, move);
    if (!(slope < 0)) return null;
    const bend = curvatureAlong(move, curvature);
    return { move, decrease: (share) => -share * slope - 0.5 * share * share * bend };
  }

  clone(): LbfgsSteps {
    const copy = new LbfgsSteps();
    copy.#pairs = this.#pairs;
    return copy;
  }
}

/** pᵀ B p. */
function curvatureAlong(p: Float64Array, curvature: Curvature): number {
  const { width, theta } = curvature;
  const row = new Float64Array(width);
  const sums = new Float64Array(width);
  for (let i = 0; i < p.length; i++) {
    curvature.row(i, row);
    for (let k = 0; k < width; k++) sums[k] = (sums[k] as number) + (p[i] as number) * (row[k] as number);
  }
  let bend = theta * product(p, p);
  if (width === 0) return bend;
  const solved = sums.slice();
  curvature.applyMiddle(solved);
  bend -= product(sums, solved);
  return Math.max(0, bend);
}

const decay1 = 0.8;
const decay2 = 0.95;

/**
 * Projected Adam (Kingma & Ba 2015): averages of the derivatives and of their squares. The box limits the length, so the rate
 * is the radius of the trust region. The averages forget faster than usual, because a chain has tens of steps.
 */
export class AdamSteps implements StepRule {
  readonly keepsBest = false;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(n: number) {
    this.#mean = new Float64Array(n);
    this.#square = new Float64Array(n);
  }

  learn(_move: Float64Array, _change: Float64Array, g: Float64Array): void {
    this.#steps++;
    for (let i = 0; i < g.length; i++) {
      const slope = Number.isNaN(g[i]) ? 0 : (g[i] as number);
      this.#mean[i] = decay1 * (this.#mean[i] as number) + (1 - decay1) * slope;
      this.#square[i] = decay2 * (this.#square[i] as number) + (1 - decay2) * slope * slope;
    }
  }

  plan({ u, g, lower, upper }: Outlook): PlannedStep | null {
    const { length: n } = u;
    const move = new Float64Array(n);
    const first = 1 - decay1 ** this.#steps;
    const second = 1 - decay2 ** this.#steps;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      const root = Math.sqrt((this.#square[i] as number) / second);
      if (!(root > 0)) continue;
      const direction = -(this.#mean[i] as number) / first / root;
      const reach = ((upper[i] as number) - (lower[i] as number)) / 2;
      const target = (u[i] as number) + reach * Math.max(-1, Math.min(1, direction));
      move[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, target)) - (u[i] as number);
      if (!Number.isNaN(g[i])) slope += (move[i] as number) * (g[i] as number);
    }
    return move.every((part) => part === 0) ? null : { move, decrease: (share) => Math.max(0, -share * slope) };
  }

  clone(): AdamSteps {
    const copy = new AdamSteps(this.#mean.length);
    copy.#mean.set(this.#mean);
    copy.#square.set(this.#square);
    copy.#steps = this.#steps;
    return copy;
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
