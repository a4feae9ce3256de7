import { type Axis, logSqrtTwoPi, logUnitMass, placeOf, widened } from './axis.ts';
import { roughExpOfMinus as expOfMinus } from './exp-table.ts';
import { MassTables } from './mass-tables.ts';

/** Terms of a sum that are e^-15 (3e-7) of the largest or less do not count. */
const negligible = 15;
/**
 * Up to so many smooth axes, squared distances are made of dot products, |u|² - 2 u·v + |v|², which takes two operations instead of
 * three; on more axes it pays to look now and then whether a kernel still matters.
 */
const fewAxes = 8;
/** Axes summed between two looks at whether a kernel still matters. */
const stride = 2;

/** Per point, written anew by every sum. */
interface Scratch {
  readonly points: Float64Array;
  readonly offsets: Int32Array;
  readonly squares: Float64Array;
  readonly maxima: Float64Array;
  readonly sums: Float64Array;
}

/**
 * Kernels that all have the same bandwidth, in flat arrays: the bad density, which has to be summed for every candidate of
 * every ask. On smooth axes a kernel's exponent is a squared distance in coordinates scaled by 1/(σ√2); on all others it is
 * looked up by the kernel's cell in a table row that belongs to the candidate's cell. Normalisers are kept per kernel.
 */
export class FloorKernels {
  readonly #axes: readonly Axis[];
  readonly #smooth: readonly number[];
  readonly #celled: readonly number[];
  readonly #isFew: boolean;
  /** Places (smooth) and cells (all others) by kernel. */
  #places: Float64Array;
  #scaled: Float64Array;
  #cells: Int32Array;
  /** -Σ ln Z by kernel; less |u|² when there are few smooth axes. */
  #norms: Float64Array;
  #capacity: number;
  #sigma = Number.NaN;
  readonly #stepFloor: number;
  #tables: MassTables;
  #scratch: Scratch | null = null;

  /** @param stepFloor least bandwidth on stepped axes, in units of the step */
  constructor(axes: readonly Axis[], stepFloor: number = 0) {
    this.#axes = axes;
    this.#stepFloor = stepFloor;
    this.#smooth = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [j] : []));
    this.#isFew = this.#smooth.length <= fewAxes;
    this.#celled = axes.flatMap(({ kind }, j) => (kind === 'smooth' ? [] : [j]));
    this.#capacity = 0;
    this.#places = new Float64Array(0);
    this.#scaled = new Float64Array(0);
    this.#cells = new Int32Array(0);
    this.#norms = new Float64Array(0);
    this.#tables = new MassTables(
      this.#celled.map((j) => axes[j] as Axis),
      Number.NaN,
      stepFloor,
    );
  }

  clone(): FloorKernels {
    const copy = new FloorKernels(this.#axes, this.#stepFloor);
    copy.#capacity = this.#capacity;
    copy.#places = this.#places.slice();
    copy.#scaled = this.#scaled.slice();
    copy.#cells = this.#cells.slice();
    copy.#norms = this.#norms.slice();
    copy.#sigma = this.#sigma;
    copy.#tables = this.#tables; // depends on σ only, but for what every sum sets anew
    return copy;
  }

  /** Sets the common bandwidth; the first `size` kernels get new normalisers if it changed. */
  setSigma(sigma: number, size: number): void {
    if (sigma === this.#sigma) return;
    this.#sigma = sigma;
    this.#tables = new MassTables(
      this.#celled.map((j) => this.#axes[j] as Axis),
      sigma,
      this.#stepFloor,
    );
    for (let i = 0; i < size; i++) this.#normalise(i);
  }

  /** Puts a kernel at position `i`. */
  put(i: number, codes: Float64Array, offset = 0): void {
    if (i >= this.#capacity) this.#grow(i + 1);
    const smooth = this.#smooth;
    const celled = this.#celled;
    for (let k = 0; k < smooth.length; k++)
      this.#places[i * smooth.length + k] = codes[offset + (smooth[k] as number)] as number;
    for (let k = 0; k < celled.length; k++)
      this.#cells[i * celled.length + k] = codes[offset + (celled[k] as number)] as number;
    if (!Number.isNaN(this.#sigma)) this.#normalise(i);
  }

  #normalise(i: number): void {
    const sigma = this.#sigma;
    const scale = Math.SQRT1_2 / sigma;
    const smooth = this.#smooth;
    let norm = 0;
    for (let k = 0; k < smooth.length; k++) {
      const place = this.#places[i * smooth.length + k] as number;
      this.#scaled[i * smooth.length + k] = place * scale;
      norm -= logUnitMass(place, sigma);
      if (this.#isFew) norm -= (place * scale) ** 2;
    }
    const celled = this.#celled;
    for (let k = 0; k < celled.length; k++) {
      const axis = this.#axes[celled[k] as number] as Axis;
      if (axis.kind === 'choices') continue;
      const cell = this.#cells[i * celled.length + k] as number;
      norm -= logUnitMass(placeOf(axis, cell), widened(axis, cell, sigma, this.#stepFloor));
    }
    this.#norms[i] = norm;
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, Math.ceil(this.#capacity * 1.5), 32);
    const floats = (old: Float64Array, width: number): Float64Array => {
      const grown = new Float64Array(capacity * width);
      grown.set(old);
      return grown;
    };
    this.#places = floats(this.#places, this.#smooth.length);
    this.#scaled = floats(this.#scaled, this.#smooth.length);
    this.#norms = floats(this.#norms, 1);
    const cells = new Int32Array(capacity * this.#celled.length);
    cells.set(this.#cells);
    this.#cells = cells;
    this.#capacity = capacity;
  }

  /**
   * Log-densities of the mixture of kernels 0 … size-1 and of a prior.
   * @param weights of the kernels, not negative
   * @param priors log-density of the prior at each point; the prior's weight is `priorWeight`
   * @param codes points, one after the other
   * @param out receives one log-density for each point
   */
  logDensities(
    size: number,
    weights: Float64Array,
    priors: Float64Array,
    priorWeight: number,
    codes: Float64Array,
    out: Float64Array,
  ): void {
    const count = out.length;
    const d = this.#axes.length;
    const smooth = this.#smooth;
    const celled = this.#celled;
    const scale = Math.SQRT1_2 / this.#sigma;
    const { offsets, points, squares, maxima, sums } = this.#scratchFor(count);
    let kernels = 0;
    let total = priorWeight;
    for (let i = 0; i < size; i++) {
      total += weights[i] as number;
      if ((weights[i] as number) > 0) kernels++;
    }
    let constant = -smooth.length * (Math.log(this.#sigma) + logSqrtTwoPi);
    constant += this.#tables.setChoices(priorWeight, kernels);
    for (let c = 0; c < count; c++) {
      squares[c] = 0;
      for (let k = 0; k < smooth.length; k++) {
        const v = (codes[c * d + (smooth[k] as number)] as number) * scale;
        points[c * smooth.length + k] = this.#isFew ? 2 * v : v;
        if (this.#isFew) squares[c] = (squares[c] as number) + v * v;
      }
      for (let k = 0; k < celled.length; k++)
        offsets[c * celled.length + k] = this.#tables.row(k, codes[c * d + (celled[k] as number)] as number);
    }
    // Sums are relative to the constant that all kernels share.
    const logPriorWeight = Math.log(priorWeight);
    const logTotal = Math.log(total);
    for (let c = 0; c < count; c++) {
      maxima[c] = (priors[c] as number) + logPriorWeight - constant + (squares[c] as number);
      sums[c] = 1;
    }
    let c = 0;
    for (; c + 4 <= count; c += 4) this.#sumFour(size, weights, points, offsets, c, maxima, sums);
    for (; c < count; c++) this.#sumOne(size, weights, points, offsets, c, maxima, sums);
    for (c = 0; c < count; c++)
      out[c] = (maxima[c] as number) - (squares[c] as number) + Math.log(sums[c] as number) + constant - logTotal;
  }

  #scratchFor(count: number): Scratch {
    if (this.#scratch?.sums.length === count) return this.#scratch;
    this.#scratch = {
      points: new Float64Array(count * this.#smooth.length),
      offsets: new Int32Array(count * this.#celled.length),
      squares: new Float64Array(count),
      maxima: new Float64Array(count),
      sums: new Float64Array(count),
    };
    return this.#scratch;
  }

  /** Four points at once: every kernel is loaded once for all of them. */
  #sumFour(
    size: number,
    weights: Float64Array,
    points: Float64Array,
    offsets: Int32Array,
    c: number,
    maxima: Float64Array,
    sums: Float64Array,
  ): void {
    const ds = this.#smooth.length;
    const dt = this.#celled.length;
    const scaled = this.#scaled;
    const cells = this.#cells;
    const norms = this.#norms;
    const isFew = this.#isFew;
    const table = this.#tables.values;
    const [p0, p1, p2, p3] = [c * ds, (c + 1) * ds, (c + 2) * ds, (c + 3) * ds];
    const [o0, o1, o2, o3] = [c * dt, (c + 1) * dt, (c + 2) * dt, (c + 3) * dt];
    let m0 = maxima[c] as number;
    let m1 = maxima[c + 1] as number;
    let m2 = maxima[c + 2] as number;
    let m3 = maxima[c + 3] as number;
    let s0 = sums[c] as number;
    let s1 = sums[c + 1] as number;
    let s2 = sums[c + 2] as number;
    let s3 = sums[c + 3] as number;
    // On many axes whatever is added to an exponent is negative: a kernel can be left as soon as all four are hopeless.
    kernels: for (let i = 0; i < size; i++) {
      const w = weights[i] as number;
      if (w === 0) continue;
      let e0 = norms[i] as number;
      let e1 = e0;
      let e2 = e0;
      let e3 = e0;
      const at = i * ds;
      if (isFew) {
        for (let k = 0; k < ds; k++) {
          const u = scaled[at + k] as number;
          e0 += u * (points[p0 + k] as number);
          e1 += u * (points[p1 + k] as number);
          e2 += u * (points[p2 + k] as number);
          e3 += u * (points[p3 + k] as number);
        }
      }
      for (let k = isFew ? ds : 0; k < ds; ) {
        for (const end = Math.min(k + stride, ds); k < end; k++) {
          const u = scaled[at + k] as number;
          const a = u - (points[p0 + k] as number);
          const b = u - (points[p1 + k] as number);
          const g = u - (points[p2 + k] as number);
          const h = u - (points[p3 + k] as number);
          e0 -= a * a;
          e1 -= b * b;
          e2 -= g * g;
          e3 -= h * h;
        }
        if (e0 < m0 - negligible && e1 < m1 - negligible && e2 < m2 - negligible && e3 < m3 - negligible)
          continue kernels;
      }
      const from = i * dt;
      for (let k = 0; k < dt; ) {
        for (const end = Math.min(k + stride, dt); k < end; k++) {
          const cell = cells[from + k] as number;
          e0 += table[(offsets[o0 + k] as number) + cell] as number;
          e1 += table[(offsets[o1 + k] as number) + cell] as number;
          e2 += table[(offsets[o2 + k] as number) + cell] as number;
          e3 += table[(offsets[o3 + k] as number) + cell] as number;
        }
        if (e0 < m0 - negligible && e1 < m1 - negligible && e2 < m2 - negligible && e3 < m3 - negligible)
          continue kernels;
      }
      if (e0 > m0) {
        s0 = (e0 - m0 < negligible ? s0 * expOfMinus(e0 - m0) : 0) + w;
        m0 = e0;
      } else if (m0 - e0 < negligible) s0 += w * expOfMinus(m0 - e0);
      if (e1 > m1) {
        s1 = (e1 - m1 < negligible ? s1 * expOfMinus(e1 - m1) : 0) + w;
        m1 = e1;
      } else if (m1 - e1 < negligible) s1 += w * expOfMinus(m1 - e1);
      if (e2 > m2) {
        s2 = (e2 - m2 < negligible ? s2 * expOfMinus(e2 - m2) : 0) + w;
        m2 = e2;
      } else if (m2 - e2 < negligible) s2 += w * expOfMinus(m2 - e2);
      if (e3 > m3) {
        s3 = (e3 - m3 < negligible ? s3 * expOfMinus(e3 - m3) : 0) + w;
        m3 = e3;
      } else if (m3 - e3 < negligible) s3 += w * expOfMinus(m3 - e3);
    }
    maxima[c] = m0;
    maxima[c + 1] = m1;
    maxima[c + 2] = m2;
    maxima[c + 3] = m3;
    sums[c] = s0;
    sums[c + 1] = s1;
    sums[c + 2] = s2;
    sums[c + 3] = s3;
  }

  #sumOne(
    size: number,
    weights: Float64Array,
    points: Float64Array,
    offsets: Int32Array,
    c: number,
    maxima: Float64Array,
    sums: Float64Array,
  ): void {
    const ds = this.#smooth.length;
    const dt = this.#celled.length;
    const table = this.#tables.values;
    let max = maxima[c] as number;
    let sum = sums[c] as number;
    for (let i = 0; i < size; i++) {
      const w = weights[i] as number;
      if (w === 0) continue;
      let e = this.#norms[i] as number;
      for (let k = 0; k < ds; k++) {
        const u = this.#scaled[i * ds + k] as number;
        const v = points[c * ds + k] as number;
        e += this.#isFew ? u * v : -(u - v) * (u - v);
      }
      for (let k = 0; k < dt; k++)
        e += table[(offsets[c * dt + k] as number) + (this.#cells[i * dt + k] as number)] as number;
      if (e > max) {
        sum = (e - max < negligible ? sum * expOfMinus(e - max) : 0) + w;
        max = e;
      } else if (max - e < negligible) sum += w * expOfMinus(max - e);
    }
    maxima[c] = max;
    sums[c] = sum;
  }
}
