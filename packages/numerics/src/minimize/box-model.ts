import type { Curvature } from './curvature.ts';

/**
 * Approximately minimises the quadratic model g·p + pᵀ B p / 2 of a function over a box. The generalised Cauchy point, the first local
 * minimum along the projected path of steepest descent, determines which coordinates are at a bound. The model is then minimised over
 * the free coordinates (Byrd, Lu, Nocedal & Zhu 1995, algorithm CP and the direct primal method of section 5.1).
 *
 * The paper stops at the first bound that it reaches. This implementation continues over the remaining coordinates, because models are
 * cheaper than evaluations.
 */
export class BoxModel {
  readonly #n: number;
  /** By coordinate: the breakpoint at which the path reaches a bound. */
  readonly #breaks: Float64Array;
  /** A heap of the coordinates whose breakpoint is ahead, smallest breakpoint on top. */
  readonly #heap: Int32Array;
  readonly #free: Int32Array;
  readonly #direction: Float64Array;
  readonly #point: Float64Array;
  readonly #steps: Float64Array;
  // In the space of the curvature pairs.
  readonly #p: Float64Array;
  readonly #c: Float64Array;
  readonly #row: Float64Array;
  readonly #solved: Float64Array;

  constructor(n: number, memory: number) {
    this.#n = n;
    this.#breaks = new Float64Array(n);
    this.#heap = new Int32Array(n);
    this.#free = new Int32Array(n);
    this.#direction = new Float64Array(n);
    this.#point = new Float64Array(n);
    this.#steps = new Float64Array(n);
    this.#p = new Float64Array(2 * memory);
    this.#c = new Float64Array(2 * memory);
    this.#row = new Float64Array(2 * memory);
    this.#solved = new Float64Array(2 * memory);
  }

  /**
   * @param x the current point, inside the box
   * @param out receives the step to the minimum of the model; x + step lies inside the box up to rounding
   * @returns false if the matrix of curvature pairs is numerically singular
   */
  step(
    x: Float64Array,
    gradient: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    curvature: Curvature,
    out: Float64Array,
  ): boolean {
    const free = this.#findCauchyPoint(x, gradient, lower, upper, curvature);
    if (curvature.pairs > 0 && free > 0 && !this.#minimiseFree(x, gradient, lower, upper, curvature, free))
      return false;
    for (let i = 0; i < this.#n; i++) out[i] = (this.#point[i] as number) - (x[i] as number);
    return true;
  }

  /** Writes Wᵀ (Cauchy point - x) to `c` and the indices of the free coordinates to `free`. Returns the number of free coordinates. */
  #findCauchyPoint(
    x: Float64Array,
    g: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    curvature: Curvature,
  ): number {
    const d = this.#direction;
    const breaks = this.#breaks;
    const p = this.#p;
    const c = this.#c;
    const row = this.#row;
    const solved = this.#solved;
    const { width, theta } = curvature;
    let waiting = 0;
    let slope = 0;
    p.fill(0, 0, width);
    c.fill(0, 0, width);
    for (let i = 0; i < this.#n; i++) {
      const gi = g[i] as number;
      const xi = x[i] as number;
      const end = gi < 0 ? (xi - (upper[i] as number)) / gi : gi > 0 ? (xi - (lower[i] as number)) / gi : Infinity;
      breaks[i] = end;
      d[i] = end > 0 ? -gi : 0;
      this.#point[i] = xi;
      if (!(end > 0)) continue;
      this.#heap[waiting++] = i;
      slope -= gi * gi;
      curvature.row(i, row);
      for (let k = 0; k < width; k++) p[k] = (p[k] as number) - gi * (row[k] as number);
    }
    makeHeap(this.#heap, waiting, breaks);
    let bend = -theta * slope;
    if (width > 0) bend -= quadraticForm(curvature, p, p, solved);
    const least = Number.EPSILON * bend;
    let passed = 0;
    let rest = slope < 0 ? -slope / bend : 0;
    while (waiting > 0) {
      const b = this.#heap[0] as number;
      const until = (breaks[b] as number) - passed;
      if (!(rest >= until)) break;
      popHeap(this.#heap, waiting--, breaks);
      const gb = g[b] as number;
      const bound = gb < 0 ? (upper[b] as number) : (lower[b] as number);
      const moved = bound - (x[b] as number);
      this.#point[b] = bound;
      d[b] = 0;
      passed = breaks[b] as number;
      slope += until * bend + gb * gb + theta * gb * moved;
      bend -= theta * gb * gb;
      if (width > 0) {
        curvature.row(b, row);
        for (let k = 0; k < width; k++) c[k] = (c[k] as number) + until * (p[k] as number);
        slope -= gb * quadraticForm(curvature, row, c, solved);
        bend -=
          2 * gb * quadraticForm(curvature, row, p, solved) + gb * gb * quadraticForm(curvature, row, row, solved);
        for (let k = 0; k < width; k++) p[k] = (p[k] as number) + gb * (row[k] as number);
      }
      bend = Math.max(bend, least);
      rest = waiting > 0 ? Math.max(0, -slope / bend) : 0;
    }
    for (let k = 0; k < width; k++) c[k] = (c[k] as number) + rest * (p[k] as number);
    for (let k = 0; k < waiting; k++) {
      const i = this.#heap[k] as number;
      const target = (x[i] as number) + (passed + rest) * (d[i] as number);
      this.#point[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, target));
    }
    return this.#listFree(lower, upper);
  }

  #listFree(lower: Float64Array, upper: Float64Array): number {
    let count = 0;
    for (let i = 0; i < this.#n; i++) {
      const xi = this.#point[i] as number;
      if (xi > (lower[i] as number) && xi < (upper[i] as number)) this.#free[count++] = i;
    }
    return count;
  }

  /**
   * Moves the Cauchy point to the minimum of the model over the free coordinates. A coordinate that reaches a bound on the way stays
   * there, and the search continues over the other coordinates.
   */
  #minimiseFree(
    x: Float64Array,
    g: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    curvature: Curvature,
    free: number,
  ): boolean {
    let count = free;
    while (count > 0) {
      if (!this.#findFreeStep(x, g, curvature, count)) return false;
      const share = this.#shareInside(lower, upper, count);
      if (Number.isNaN(share)) return false;
      this.#moveFree(lower, upper, curvature, count, share);
      if (share === 1) return true;
      const left = this.#listFree(lower, upper);
      // Rounding can leave the coordinate that limits the step inside its bound. Then the search would not end.
      if (left === count) return true;
      count = left;
    }
    return true;
  }

  /** Writes the step of the free coordinates to the minimum of the model to `steps`. */
  #findFreeStep(x: Float64Array, g: Float64Array, curvature: Curvature, count: number): boolean {
    const { theta, width } = curvature;
    const free = this.#free;
    const steps = this.#steps;
    const v = this.#p;
    const row = this.#row;
    const solved = this.#solved;
    for (let k = 0; k < width; k++) solved[k] = this.#c[k] as number;
    curvature.applyMiddle(solved);
    v.fill(0, 0, width);
    for (let f = 0; f < count; f++) {
      const i = free[f] as number;
      // Equation 5.4: the gradient of the model.
      const moved = (this.#point[i] as number) - (x[i] as number);
      const r = (g[i] as number) + theta * moved - curvature.dotRow(i, solved);
      steps[f] = r;
      curvature.row(i, row);
      for (let k = 0; k < width; k++) v[k] = (v[k] as number) + r * (row[k] as number);
    }
    if (!curvature.solveReduced(v, free, count, row)) return false;
    for (let f = 0; f < count; f++)
      steps[f] = -((steps[f] as number) + curvature.dotRow(free[f] as number, v) / theta) / theta;
    return true;
  }

  /** The largest fraction, at most 1, of the step of the free coordinates that stays inside the box. */
  #shareInside(lower: Float64Array, upper: Float64Array, count: number): number {
    let share = 1;
    for (let f = 0; f < count; f++) {
      const i = this.#free[f] as number;
      const step = this.#steps[f] as number;
      const bound = (step < 0 ? lower[i] : upper[i]) as number;
      if (step !== 0) share = Math.min(share, (bound - (this.#point[i] as number)) / step);
    }
    return share;
  }

  #moveFree(lower: Float64Array, upper: Float64Array, curvature: Curvature, count: number, share: number): void {
    const { width } = curvature;
    const c = this.#c;
    const row = this.#row;
    for (let f = 0; f < count; f++) {
      const i = this.#free[f] as number;
      const step = share * (this.#steps[f] as number);
      const from = this.#point[i] as number;
      const bound = (step < 0 ? lower[i] : upper[i]) as number;
      const isBlocked = share < 1 && Math.abs(bound - from) <= Math.abs(step) * (1 + 4 * Number.EPSILON);
      this.#point[i] = isBlocked ? bound : from + step;
      if (share === 1) continue;
      curvature.row(i, row);
      for (let k = 0; k < width; k++) c[k] = (c[k] as number) + step * (row[k] as number);
    }
  }
}

/** aᵀ M b. */
function quadraticForm(curvature: Curvature, a: Float64Array, b: Float64Array, scratch: Float64Array): number {
  const { width } = curvature;
  for (let k = 0; k < width; k++) scratch[k] = b[k] as number;
  curvature.applyMiddle(scratch);
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (a[k] as number) * (scratch[k] as number);
  return sum;
}

function makeHeap(heap: Int32Array, size: number, keys: Float64Array): void {
  for (let i = (size >> 1) - 1; i >= 0; i--) sift(heap, size, i, keys);
}

function popHeap(heap: Int32Array, size: number, keys: Float64Array): void {
  heap[0] = heap[size - 1] as number;
  sift(heap, size - 1, 0, keys);
}

function sift(heap: Int32Array, size: number, from: number, keys: Float64Array): void {
  const moving = heap[from] as number;
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && (keys[heap[child + 1] as number] as number) < (keys[heap[child] as number] as number))
      child++;
    if (!((keys[heap[child] as number] as number) < (keys[moving] as number))) break;
    heap[i] = heap[child] as number;
    i = child;
  }
  heap[i] = moving;
}
