import { SmallLu } from '../linear-algebra/small-lu.ts';

/**
 * The curvature memory of a quasi-Newton method: the last pairs of a step s and the change y of the gradient along it. They represent the
 * Hessian B = θ I - W M Wᵀ with W = (Y, θ S) and M⁻¹ = (-D, Lᵀ; L, θ Sᵀ S), where D is the diagonal and L the strictly lower triangle
 * of Sᵀ Y (Byrd, Lu, Nocedal & Zhu, A limited memory algorithm for bound constrained optimization, 1995, equation 3.2).
 *
 * Vectors in the space of W have {@link width} numbers: one for each y, then one for each s, the oldest pair first.
 */
export class Curvature {
  readonly n: number;
  readonly memory: number;
  theta = 1;
  #pairs = 0;
  /** By coordinate: `memory` changes of the gradient, then `memory` steps. */
  readonly #columns: Float64Array;
  /** Sᵀ Y and Sᵀ S. */
  readonly #sy: Float64Array;
  readonly #ss: Float64Array;
  readonly #middle: SmallLu;
  readonly #reduced: SmallLu;

  /**
   * @param n number of coordinates
   * @param memory maximum number of pairs
   */
  constructor(n: number, memory: number) {
    this.n = n;
    this.memory = memory;
    this.#columns = new Float64Array(2 * n * memory);
    this.#sy = new Float64Array(memory * memory);
    this.#ss = new Float64Array(memory * memory);
    this.#middle = new SmallLu(2 * memory);
    this.#reduced = new SmallLu(2 * memory);
  }

  get pairs(): number {
    return this.#pairs;
  }

  /** Number of columns of W. */
  get width(): number {
    return 2 * this.#pairs;
  }

  /** Drops all pairs, so that B = θ I. */
  clear(theta: number): void {
    this.#pairs = 0;
    this.theta = theta;
  }

  /**
   * Adds a pair and drops the oldest one if the memory is full. A pair without positive curvature is ignored.
   * @returns false if the memory became numerically singular and was cleared
   */
  add(s: Float64Array, y: Float64Array): boolean {
    const { n, memory } = this;
    let sy = 0;
    let yy = 0;
    let ss = 0;
    for (let i = 0; i < n; i++) {
      const si = s[i] as number;
      const yi = y[i] as number;
      sy += si * yi;
      yy += yi * yi;
      ss += si * si;
    }
    if (!(sy > Number.EPSILON * Math.sqrt(yy * ss))) return true;
    if (this.#pairs === memory) this.#forgetOldest();
    const k = this.#pairs++;
    for (let i = 0; i < n; i++) {
      const row = 2 * memory * i;
      this.#columns[row + k] = y[i] as number;
      this.#columns[row + memory + k] = s[i] as number;
    }
    this.#extendProducts(s, y);
    this.theta = yy / sy;
    this.#fillMiddle(this.#middle);
    if (this.theta < Number.POSITIVE_INFINITY && this.#middle.factorise(this.width)) return true;
    this.clear(1);
    return false;
  }

  /** Shifts all numbers by one pair. The new pair overwrites the last position. */
  #forgetOldest(): void {
    this.#columns.copyWithin(0, 1);
    this.#sy.copyWithin(0, this.memory + 1);
    this.#ss.copyWithin(0, this.memory + 1);
    this.#pairs = this.memory - 1;
  }

  /** The last row and column of Sᵀ Y and Sᵀ S. */
  #extendProducts(s: Float64Array, y: Float64Array): void {
    const { n, memory } = this;
    const last = this.#pairs - 1;
    for (let k = 0; k <= last; k++) {
      let newSOldY = 0;
      let oldSNewY = 0;
      let bothS = 0;
      for (let i = 0; i < n; i++) {
        const row = 2 * memory * i;
        const oldS = this.#columns[row + memory + k] as number;
        newSOldY += (s[i] as number) * (this.#columns[row + k] as number);
        oldSNewY += oldS * (y[i] as number);
        bothS += oldS * (s[i] as number);
      }
      this.#sy[last * memory + k] = newSOldY;
      this.#sy[k * memory + last] = oldSNewY;
      this.#ss[last * memory + k] = bothS;
      this.#ss[k * memory + last] = bothS;
    }
  }

  #fillMiddle({ matrix, stride }: SmallLu): void {
    const { memory, theta } = this;
    const c = this.#pairs;
    for (let i = 0; i < c; i++) {
      for (let j = 0; j < c; j++) {
        const sy = i > j ? (this.#sy[i * memory + j] as number) : 0;
        matrix[i * stride + j] = i === j ? -(this.#sy[i * memory + i] as number) : 0;
        matrix[(c + i) * stride + j] = sy;
        matrix[j * stride + c + i] = sy;
        matrix[(c + i) * stride + c + j] = theta * (this.#ss[i * memory + j] as number);
      }
    }
  }

  /** out = row i of W. */
  row(i: number, out: Float64Array): void {
    const c = this.#pairs;
    const at = 2 * this.memory * i;
    for (let k = 0; k < c; k++) {
      out[k] = this.#columns[at + k] as number;
      out[c + k] = this.theta * (this.#columns[at + this.memory + k] as number);
    }
  }

  /** Row i of W times v. */
  dotRow(i: number, v: Float64Array): number {
    const c = this.#pairs;
    const at = 2 * this.memory * i;
    let ofY = 0;
    let ofS = 0;
    for (let k = 0; k < c; k++) {
      ofY += (this.#columns[at + k] as number) * (v[k] as number);
      ofS += (this.#columns[at + this.memory + k] as number) * (v[c + k] as number);
    }
    return ofY + this.theta * ofS;
  }

  /** v ← M v. */
  applyMiddle(v: Float64Array): void {
    this.#middle.solve(v);
  }

  /**
   * v ← (M⁻¹ - Wᵀ Z Zᵀ W / θ)⁻¹ v, where Z selects the free coordinates. Part of the inverse Hessian of the free coordinates (equation
   * 5.11).
   * @param free indices of the free coordinates, the first `count` of them
   * @param row scratch of {@link width} numbers
   * @returns false if the matrix is singular
   */
  solveReduced(v: Float64Array, free: Int32Array, count: number, row: Float64Array): boolean {
    const lu = this.#reduced;
    const { matrix, stride } = lu;
    const { width } = this;
    this.#fillMiddle(lu);
    for (let f = 0; f < count; f++) {
      this.row(free[f] as number, row);
      for (let i = 0; i < width; i++) {
        const factor = (row[i] as number) / this.theta;
        for (let j = 0; j < width; j++)
          matrix[i * stride + j] = (matrix[i * stride + j] as number) - factor * (row[j] as number);
      }
    }
    if (!lu.factorise(width)) return false;
    lu.solve(v);
    return true;
  }
}
