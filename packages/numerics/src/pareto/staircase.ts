/**
 * The non-dominated points of a growing set in the plane, both coordinates minimised, sorted by ascending `a` and descending `b`.
 *
 * A lookup is a binary search. An insertion also moves the entries behind it with a block copy. In a sweep along a third coordinate
 * the number of entries stays near √n.
 */
export class Staircase {
  /** Number of steps. */
  size = 0;
  readonly #limitA: number;
  readonly #limitB: number;
  #a: Float64Array;
  #b: Float64Array;

  /**
   * @param limitA first coordinate of the corner up to which {@link insert} measures areas
   * @param limitB second coordinate of this corner
   * @param capacity initial capacity in steps
   */
  constructor(limitA: number, limitB: number, capacity = 8) {
    this.#limitA = limitA;
    this.#limitB = limitB;
    this.#a = new Float64Array(capacity);
    this.#b = new Float64Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  /** Whether a point of the set is at least as good in both coordinates. */
  covers(a: number, b: number): boolean {
    const at = this.#upTo(a);
    return at > 0 && (this.#b[at - 1] as number) <= b;
  }

  /**
   * Adds a point.
   * @returns the newly dominated area up to the corner, 0 if the point was covered already
   */
  insert(a: number, b: number): number {
    const end = this.#upTo(a);
    if (end > 0 && (this.#b[end - 1] as number) <= b) return 0;
    // An entry with the same `a` is dominated by the new point.
    const start = end > 0 && this.#a[end - 1] === a ? end - 1 : end;
    let height = start > 0 ? (this.#b[start - 1] as number) : this.#limitB;
    let from = a;
    let area = 0;
    let stop = start;
    while (stop < this.size && (this.#b[stop] as number) >= b) {
      area += ((this.#a[stop] as number) - from) * (height - b);
      from = this.#a[stop] as number;
      height = this.#b[stop] as number;
      stop++;
    }
    area += ((stop < this.size ? (this.#a[stop] as number) : this.#limitA) - from) * (height - b);
    this.#replace(start, stop, a, b);
    return area;
  }

  /** Number of steps whose first coordinate is at most `a`. */
  #upTo(a: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#a[middle] as number) <= a) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #replace(start: number, stop: number, a: number, b: number): void {
    if (this.size === this.#a.length) this.#grow();
    if (stop !== start + 1) {
      this.#a.copyWithin(start + 1, stop, this.size);
      this.#b.copyWithin(start + 1, stop, this.size);
      this.size += start + 1 - stop;
    }
    this.#a[start] = a;
    this.#b[start] = b;
  }

  #grow(): void {
    const [a, b] = [this.#a, this.#b];
    this.#a = new Float64Array(Math.max(8, 2 * a.length));
    this.#b = new Float64Array(this.#a.length);
    this.#a.set(a);
    this.#b.set(b);
  }
}
