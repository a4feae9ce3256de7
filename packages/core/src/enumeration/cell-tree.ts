/** The condition of a parameter: it exists only in cells where parameter `param` has its `digit`-th value. */
export interface Branch {
  readonly param: number;
  readonly digit: number;
}

interface Node {
  /** The number of combinations of this parameter and all parameters below it. */
  readonly weight: number;
  readonly children: readonly (readonly number[])[] | null;
  /** By digit, the sum of the weights of the earlier digits. Empty without children. */
  readonly offsets: readonly number[];
}

/**
 * Numbers the cells of a grid with conditional parameters, without listing them. A cell corresponds to one digit per
 * parameter: the index of its value, or -1 where the parameter is absent. The number of cells of a `oneOf` is the sum over
 * its branches of the products within them. The last parameter changes fastest.
 *
 * @example
 * const tree = new CellTree([2, 3], [null, { param: 0, digit: 1 }]); // 1 + 3 cells
 * tree.decode(2, new Int32Array(2)); // [1, 1]
 */
export class CellTree {
  /** The number of cells, exact below 2^53. */
  readonly total: number;
  readonly #nodes: Node[];
  readonly #roots: readonly number[];

  /**
   * @param sizes the number of values of each parameter, parents before children; with 0, no cell contains the parameter
   * @param branches the condition of each parameter: `null` for an unconditional one, `digit` -1 for one that never exists
   */
  constructor(sizes: readonly number[], branches: readonly (Branch | null)[]) {
    const below: number[][][] = sizes.map(() => []);
    const roots: number[] = [];
    branches.forEach((branch, i) => {
      if (branch === null) {
        roots.push(i);
      } else if (branch.digit >= 0) {
        const siblings = below[branch.param] as number[][];
        siblings[branch.digit] = [...(siblings[branch.digit] ?? []), i];
      }
    });
    this.#roots = roots;
    this.#nodes = new Array(sizes.length);
    for (let i = sizes.length - 1; i >= 0; i--) {
      const size = sizes[i] as number;
      const children = below[i] as number[][];
      const offsets: number[] = [];
      let weight = 0;
      if (children.length === 0) weight = size;
      else {
        for (let digit = 0; digit < size; digit++) {
          offsets.push(weight);
          weight += this.#weight(children[digit] ?? []);
        }
      }
      this.#nodes[i] = { weight, children: children.length === 0 ? null : children, offsets };
    }
    this.total = this.#weight(roots);
  }

  #weight(group: readonly number[]): number {
    let product = 1;
    for (const i of group) product *= (this.#nodes[i] as Node).weight;
    return product;
  }

  /** Writes the digits of a cell and returns them. Parameters with more than 2^31 values need a `Float64Array`. */
  decode<A extends Int32Array | Float64Array>(cell: number, digits: A): A {
    digits.fill(-1);
    this.#decodeGroup(this.#roots, cell, digits);
    return digits;
  }

  #decodeGroup(group: readonly number[], rest: number, digits: Int32Array | Float64Array): void {
    for (let g = group.length - 1; g >= 0; g--) {
      const i = group[g] as number;
      const node = this.#nodes[i] as Node;
      const part = rest % node.weight;
      rest = Math.floor(rest / node.weight);
      if (node.children === null) {
        digits[i] = part;
        continue;
      }
      let digit = node.offsets.length - 1;
      while ((node.offsets[digit] as number) > part) digit--;
      digits[i] = digit;
      this.#decodeGroup(node.children[digit] ?? [], part - (node.offsets[digit] as number), digits);
    }
  }

  /** The cell with these digits, -1 when a required digit is missing. Digits of absent parameters are ignored. */
  encode(digits: ArrayLike<number>): number {
    return this.#encodeGroup(this.#roots, digits);
  }

  #encodeGroup(group: readonly number[], digits: ArrayLike<number>): number {
    let cell = 0;
    for (const i of group) {
      const node = this.#nodes[i] as Node;
      const digit = digits[i] as number;
      if (digit < 0) return -1;
      let part = digit;
      if (node.children !== null) {
        const inner = this.#encodeGroup(node.children[digit] ?? [], digits);
        if (inner < 0) return -1;
        part = (node.offsets[digit] as number) + inner;
      }
      cell = cell * node.weight + part;
    }
    return cell;
  }
}
