import { Staircase } from './staircase.ts';

/** The fronts of a non-dominated sort that visits points in lexicographic order, so that no point dominates an earlier one. */
export interface Fronts {
  readonly count: number;
  /** Whether a member of the front is at least as good as the point at index `at` in all objectives. */
  dominates(front: number, at: number): boolean;
  /** Adds a point to a front. `front` equal to `count` creates a new front. */
  add(front: number, at: number): void;
}

/** Fronts of two objectives. Only the smallest second objective is stored, because the first one never decreases. */
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

/** Fronts of three objectives. A front is the {@link Staircase} of the second and third objective. */
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

/** Fronts of any number of objectives. A front is a linked list, searched from its newest member, which is most likely to dominate. */
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
