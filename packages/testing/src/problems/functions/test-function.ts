/** A function on vectors with a known global minimum, before it is shifted or rotated. */
export interface TestFunction {
  readonly name: string;
  readonly family: 'smooth' | 'multimodal';
  /** The usual bounds of each coordinate. */
  box(dimensions: number): { readonly low: readonly number[]; readonly high: readonly number[] };
  evaluate(z: ArrayLike<number>): number;
  /** One global minimizer. It should be global on all of R^n, so that the function can be shifted and rotated. */
  minimizer(dimensions: number): readonly number[];
}

/** A box with the same interval in every coordinate. */
export function cube(low: number, high: number): TestFunction['box'] {
  return (dimensions) => ({ low: Array<number>(dimensions).fill(low), high: Array<number>(dimensions).fill(high) });
}

/** A minimizer with the same value in every coordinate. */
export function everywhere(value: number): TestFunction['minimizer'] {
  return (dimensions) => Array<number>(dimensions).fill(value);
}

/** Sum of `term(z[i], i)`. */
export function sum(z: ArrayLike<number>, term: (value: number, index: number) => number): number {
  let total = 0;
  for (let i = 0; i < z.length; i++) total += term(z[i] as number, i);
  return total;
}
