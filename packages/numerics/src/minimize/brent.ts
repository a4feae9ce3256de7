/** Stopping rules of {@link brentMinimize}. */
export interface BrentRules {
  /** Absolute tolerance of x, never below its rounding error. Default: 1e-8 of the interval. */
  readonly tolerance?: number;
  /** Maximum number of evaluations. Default: 100. */
  readonly maxEvaluations?: number;
}

export interface BrentOutcome {
  readonly x: number;
  readonly value: number;
  readonly evaluations: number;
  /** Whether the tolerance was reached. */
  readonly converged: boolean;
}

/** (3 - √5) / 2: the golden section from the end of an interval. */
const golden = 0.3819660112501051;

/**
 * Minimises a function of one variable on an interval without derivatives. Uses parabolas through the three best points, and golden
 * sections if a parabola does not help (Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5). The ends are not
 * evaluated. If there are several local minima, it finds one of them.
 *
 * @param f the function; NaN is treated as Infinity
 * @throws RangeError unless `low` and `high` are finite and ascending
 *
 * @example
 * brentMinimize((x) => (x - 2) ** 2, 0, 5).x; // 2
 */
export function brentMinimize(
  f: (x: number) => number,
  low: number,
  high: number,
  rules: BrentRules = {},
): BrentOutcome {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high))
    throw new RangeError(`brentMinimize: the interval must be finite and ascending, not [${low}, ${high}].`);
  const { tolerance = 1e-8 * (high - low), maxEvaluations = 100 } = rules;
  let [a, b] = [low, high];
  /** The best point, the second best, and the previous second best. */
  let x = a + golden * (b - a);
  let [w, v] = [x, x];
  let fx = valueAt(f, x);
  let [fw, fv] = [fx, fx];
  let evaluations = 1;
  /** The last step and the one before it. */
  let step = 0;
  let before = 0;
  for (;;) {
    const middle = 0.5 * (a + b);
    const close = 1.5e-8 * Math.abs(x) + tolerance / 3;
    const converged = Math.abs(x - middle) <= 2 * close - 0.5 * (b - a);
    if (converged || evaluations >= maxEvaluations) return { x, value: fx, evaluations, converged };
    const parabolic = Math.abs(before) > close ? parabolaStep(x, fx, w, fw, v, fv) : Number.NaN;
    if (Math.abs(parabolic) < 0.5 * Math.abs(before) && x + parabolic > a && x + parabolic < b) {
      before = step;
      step = parabolic;
      const next = x + step;
      if (next - a < 2 * close || b - next < 2 * close) step = x < middle ? close : -close;
    } else {
      before = x < middle ? b - x : a - x;
      step = golden * before;
    }
    const u = x + (Math.abs(step) >= close ? step : step > 0 ? close : -close);
    const fu = valueAt(f, u);
    evaluations++;
    if (fu <= fx) {
      if (u < x) b = x;
      else a = x;
      [v, fv] = [w, fw];
      [w, fw] = [x, fx];
      [x, fx] = [u, fu];
    } else {
      if (u < x) a = u;
      else b = u;
      if (fu <= fw || w === x) {
        [v, fv] = [w, fw];
        [w, fw] = [u, fu];
      } else if (fu <= fv || v === x || v === w) [v, fv] = [u, fu];
    }
  }
}

function valueAt(f: (x: number) => number, x: number): number {
  const value = f(x);
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

/** The step from x to the vertex of the parabola through the three points, or NaN if there is none. */
function parabolaStep(x: number, fx: number, w: number, fw: number, v: number, fv: number): number {
  const r = (x - w) * (fx - fv);
  const q = (x - v) * (fx - fw);
  return (0.5 * ((x - w) * r - (x - v) * q)) / (q - r);
}
