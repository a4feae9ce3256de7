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
export class QuasiNewton {
  #pairs: readonly Pair[] = [];

  /** Takes in a measured move, and the change of the derivatives along it. Both are 0 where a derivative is unknown. */
  learn(s: Float64Array, y: Float64Array): void {
    if (product(s, y) > 0) this.#pairs = [...this.#pairs.slice(1 - memory), { s, y }];
  }

  /** The next step. `null` if no direction leads down. */
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

  clone(): QuasiNewton {
    const copy = new QuasiNewton();
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

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
