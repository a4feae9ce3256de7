import { type Kernel, matern52, type PointColumns } from '@asktell/numerics';

/**
 * s M(r²) + a/d Σ_j M(γ w_j d_j²) [+ t M(γ r²)]: parameters log w, log s, log a, log γ. Experimental.
 */
export class AdditiveKernel implements Kernel {
  readonly columns: number;
  readonly parameters: number;
  readonly numeric: number;
  readonly weights: Float64Array;
  readonly #mode: 'additive' | 'trend' | 'constant';
  #s = 1;
  #a = 1;
  #g = 1;
  #slopes: Float64Array = new Float64Array(0);
  #rowSlopes: Float64Array = new Float64Array(0);
  #buffer: Float64Array = new Float64Array(0);
  #buffer2: Float64Array = new Float64Array(0);

  readonly #offset: number;
  readonly #gammaOff: boolean;

  constructor(
    { numeric, categorical }: { numeric: number; categorical: number },
    mode: 'additive' | 'trend' | 'constant' = 'additive',
    offset = 0,
    gammaOff = false,
  ) {
    this.#offset = offset;
    this.#gammaOff = gammaOff;
    this.columns = numeric + categorical;
    this.parameters = this.columns + 3;
    this.numeric = numeric;
    this.#mode = mode;
    this.weights = new Float64Array(this.columns).fill(1);
  }

  get variance(): number {
    return this.#s + this.#a + this.#offset;
  }

  configure(logs: Float64Array): void {
    for (let j = 0; j < this.columns; j++) this.weights[j] = Math.exp(logs[j] as number);
    this.#s = Math.exp(logs[this.columns] as number);
    this.#a = this.#mode === 'constant' ? 0 : Math.exp(logs[this.columns + 1] as number);
    this.#g = this.#mode === 'constant' ? 0 : this.#gammaOff ? 1 : Math.exp(logs[this.columns + 2] as number);
  }

  #square(points: PointColumns, j: number, i: number, xj: number): number {
    const v = points.values[j * points.stride + i] as number;
    if (j < this.numeric) return (xj - v) * (xj - v);
    return xj === v ? 0 : 1;
  }

  fillMatrix(points: PointColumns, out: Float64Array, stride: number): void {
    const { size } = points;
    const need = size * stride * (this.columns + 2);
    if (this.#slopes.length < need) this.#slopes = new Float64Array(need);
    if (this.#buffer.length < size) {
      this.#buffer = new Float64Array(2 * size);
      this.#buffer2 = new Float64Array(2 * size);
    }
    const b = this.#buffer;
    const b2 = this.#buffer2;
    const sl = this.#slopes;
    const block = size * stride;
    for (let i = 0; i < size; i++) {
      const row = i * stride;
      for (let k = 0; k < i; k++) out[row + k] = 0;
      if (this.#mode === 'additive') {
        b2.fill(0, 0, i);
        for (let j = 0; j < this.columns; j++) {
          const xj = points.values[j * points.stride + i] as number;
          const w = this.weights[j] as number;
          for (let k = 0; k < i; k++) {
            const q = w * this.#square(points, j, k, xj);
            b[k] = this.#g * q;
            out[row + k] = (out[row + k] as number) + q;
          }
          matern52.apply(b, 0, i, this.#a / this.columns, sl, (j + 1) * block + row);
          for (let k = 0; k < i; k++) b2[k] = (b2[k] as number) + (b[k] as number);
        }
      } else {
        for (let j = 0; j < this.columns; j++) {
          const xj = points.values[j * points.stride + i] as number;
          const w = this.weights[j] as number;
          for (let k = 0; k < i; k++) out[row + k] = (out[row + k] as number) + w * this.#square(points, j, k, xj);
        }
        for (let k = 0; k < i; k++) b2[k] = this.#g * (out[row + k] as number);
        matern52.apply(b2, 0, i, this.#a, sl, block + row);
      }
      matern52.apply(out, row, i, this.#s, sl, row);
      for (let k = 0; k < i; k++) {
        sl[(this.columns + 1) * block + row + k] = out[row + k] as number;
        out[row + k] = (out[row + k] as number) + (b2[k] as number) + this.#offset;
      }
      out[row + i] = this.#s + this.#a + this.#offset;
    }
  }

  addMatrixGradient(points: PointColumns, c: Float64Array, stride: number, total: number, gradient: Float64Array): void {
    const { size } = points;
    const sl = this.#slopes;
    const block = size * stride;
    const d = this.columns;
    let trace = 0;
    let full = 0;
    let all = 0;
    for (let i = 0; i < size; i++) {
      trace += c[i * stride + i] as number;
      for (let k = 0; k < i; k++) all += c[i * stride + k] as number;
      for (let k = 0; k < i; k++) full += (c[i * stride + k] as number) * (sl[(d + 1) * block + i * stride + k] as number);
    }
    const sPart = 0.5 * trace * this.#s + full;
    let gPart = 0;
    for (let j = 0; j < d; j++) {
      const w = this.weights[j] as number;
      let sum = 0;
      for (let i = 1; i < size; i++) {
        const xj = points.values[j * points.stride + i] as number;
        const row = i * stride;
        for (let k = 0; k < i; k++) {
          const cc = c[row + k] as number;
          const q = w * this.#square(points, j, k, xj);
          const second = this.#mode === 'additive' ? (sl[(j + 1) * block + row + k] as number) : (sl[block + row + k] as number);
          const add = cc * this.#g * second * q;
          sum += cc * (sl[row + k] as number) * q + add;
          gPart += add;
        }
      }
      gradient[j] = (gradient[j] as number) + sum;
    }
    gradient[d] = (gradient[d] as number) + sPart;
    gradient[d + 1] = (gradient[d + 1] as number) + 0.5 * total - sPart - this.#offset * (0.5 * trace + all);
    gradient[d + 2] = (gradient[d + 2] as number) + (this.#gammaOff || this.#mode === 'constant' ? 0 : gPart);
  }

  fillRow(points: PointColumns, x: Float64Array, xStart: number, out: Float64Array, outStart: number): void {
    const { size } = points;
    const need = size * (this.columns + 1);
    if (this.#rowSlopes.length < need) this.#rowSlopes = new Float64Array(2 * need);
    if (this.#buffer.length < size) {
      this.#buffer = new Float64Array(2 * size);
      this.#buffer2 = new Float64Array(2 * size);
    }
    const b = this.#buffer;
    const b2 = this.#buffer2;
    for (let i = 0; i < size; i++) out[outStart + i] = 0;
    b2.fill(0, 0, size);
    for (let j = 0; j < this.columns; j++) {
      const xj = x[xStart + j] as number;
      const w = this.weights[j] as number;
      const column = j * points.stride;
      if (j < this.numeric)
        for (let i = 0; i < size; i++) {
          const e = xj - (points.values[column + i] as number);
          const q = w * e * e;
          b[i] = this.#g * q;
          out[outStart + i] = (out[outStart + i] as number) + q;
        }
      else
        for (let i = 0; i < size; i++) {
          const q = xj === points.values[column + i] ? 0 : w;
          b[i] = this.#g * q;
          out[outStart + i] = (out[outStart + i] as number) + q;
        }
      if (this.#mode !== 'additive') continue;
      matern52.apply(b, 0, size, this.#a / this.columns, this.#rowSlopes, (j + 1) * size);
      for (let i = 0; i < size; i++) b2[i] = (b2[i] as number) + (b[i] as number);
    }
    if (this.#mode !== 'additive') {
      for (let i = 0; i < size; i++) b2[i] = this.#g * (out[outStart + i] as number);
      matern52.apply(b2, 0, size, this.#a, this.#rowSlopes, size);
    }
    matern52.apply(out, outStart, size, this.#s, this.#rowSlopes, 0);
    for (let i = 0; i < size; i++) out[outStart + i] = (out[outStart + i] as number) + (b2[i] as number) + this.#offset;
  }

  addInputGradient(points: PointColumns, count: number, x: Float64Array, factors: Float64Array, gradient: Float64Array): void {
    const { size, values, stride } = points;
    for (let j = 0; j < this.numeric; j++) {
      let sum = 0;
      const second = this.#mode === 'additive' ? (j + 1) * size : size;
      for (let i = 0; i < count; i++) {
        const slope = (this.#rowSlopes[i] as number) + this.#g * (this.#rowSlopes[second + i] as number);
        sum += (factors[i] as number) * slope * ((x[j] as number) - (values[j * stride + i] as number));
      }
      gradient[j] = (gradient[j] as number) + 2 * (this.weights[j] as number) * sum;
    }
  }

  between(): number {
    throw new Error('not there');
  }
}
