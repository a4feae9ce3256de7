import { Staircase } from './staircase.ts';

/**
 * The fronts of a non-dominated sort that visits points in lexicographic order, so that a later point never dominates an
 * earlier one. `dominates(front, at)`: whether a member of the front is at least as good as the point at `at` in all objectives.
 */
export interface Fronts {
  readonly count: number;
  dominates(front: number, at: number): boolean;
  /** Adds the point to the front; `front` may be `count`, which opens a new one. */
  add(front: number, at: number): void;
}

/** Two objectives: a front is its lowest second objective, since the first one only rises. */
export class FrontsInPlane implements Fronts {
  readonly #points: Float64Array;
  readonly #lowest: number[] = [];

  /** @param points sorted, n × 2 */
  constructor(points: Float64Array) {
    this.#points = points;
  }

  get count(): number {
    return this.#lowest.length;
  }

  dominates(front: number, at: number): boolean {
    return (this.#lowest[front] as number) <= (this.#points[2 * at + 1] as number);
  }

  add(front: number, at: number): void {
    this.#lowest[front] = this.#points[2 * at + 1] as number;
  }
}

/** Three objectives: a front is the staircase of its second and third objective. */
export class FrontsInSpace implements Fronts {
  readonly #points: Float64Array;
  readonly #fronts: Staircase[] = [];

  /** @param points sorted, n × 3 */
  constructor(points: Float64Array) {
    this.#points = points;
  }

  get count(): number {
    return this.#fronts.length;
  }

  dominates(front: number, at: number): boolean {
    const points = this.#points;
    return (this.#fronts[front] as Staircase).covers(points[3 * at + 1] as number, points[3 * at + 2] as number);
  }

  add(front: number, at: number): void {
    if (front === this.#fronts.length) this.#fronts.push(new Staircase(Infinity, Infinity));
    this.#fronts[front]?.insert(this.#points[3 * at + 1] as number, this.#points[3 * at + 2] as number);
  }
}

/** Any number of objectives: a front is a linked list, searched from its newest member, the likeliest to dominate. */
export class FrontsOfLists implements Fronts {
  readonly #points: Float64Array;
  readonly #m: number;
  readonly #newest: number[] = [];
  readonly #older: Int32Array;

  /** @param points sorted, n × m */
  constructor(points: Float64Array, n: number, m: number) {
    this.#points = points;
    this.#m = m;
    this.#older = new Int32Array(n);
  }

  get count(): number {
    return this.#newest.length;
  }

  dominates(front: number, at: number): boolean {
    const [points, m] = [this.#points, this.#m];
    const start = at * m;
    for (let member = this.#newest[front] as number; member >= 0; member = this.#older[member] as number) {
      const other = member * m;
      let i = 1;
      while (i < m && (points[other + i] as number) <= (points[start + i] as number)) i++;
      if (i === m) return true;
    }
    return false;
  }

  add(front: number, at: number): void {
    this.#older[at] = this.#newest[front] ?? -1;
    this.#newest[front] = at;
  }
}
