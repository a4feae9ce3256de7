/** A point of objective values. All of them are minimized. */
export type Point = Float64Array;

/**
 * A non-dominated sort that points are added to: the first front is not dominated, the second one only by the first, and so
 * on. It does not depend on the order of the points. Source: the level update of Li, Deb, Zhang and Kwong, Efficient
 * non-domination level update method for steady-state evolutionary multiobjective optimization (2017).
 *
 * A point costs a binary search over the fronts, which compares it with the points of a front, and what it displaces.
 */
export class RankedFronts {
  readonly #fronts: Point[][];
  size: number;

  constructor(fronts: Point[][] = [], size = 0) {
    this.#fronts = fronts;
    this.size = size;
  }

  /** An independent copy. */
  clone(): RankedFronts {
    return new RankedFronts(
      this.#fronts.map((front) => [...front]),
      this.size,
    );
  }

  insert(point: Point): void {
    const fronts = this.#fronts;
    let at = this.#frontOf(point);
    let moved = [point];
    this.size++;
    for (; moved.length > 0; at++) {
      const front = fronts[at];
      if (front === undefined) {
        fronts.push(moved);
        return;
      }
      const displaced = front.filter((other) => moved.some((each) => dominates(each, other)));
      if (displaced.length === front.length) {
        // The whole front moves back, and all fronts behind it with it.
        fronts.splice(at, 0, moved);
        return;
      }
      fronts[at] = displaced.length === 0 ? front : front.filter((other) => !displaced.includes(other));
      fronts[at]?.push(...moved);
      moved = displaced;
    }
  }

  /** The number of points in better fronts than a point would be in, and the points that would share its front. */
  rank(point: Point): { readonly ahead: number; readonly peers: readonly Point[] } {
    const at = this.#frontOf(point);
    let ahead = 0;
    for (let i = 0; i < at; i++) ahead += (this.#fronts[i] as Point[]).length;
    return { ahead, peers: this.#fronts[at]?.filter((other) => !dominates(point, other)) ?? [] };
  }

  /** The first front that does not dominate the point. A front that dominates it is behind others that do. */
  #frontOf(point: Point): number {
    let low = 0;
    let high = this.#fronts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#fronts[middle] as Point[]).some((other) => dominates(other, point))) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: Point, b: Point): boolean {
  let isBetter = false;
  for (let i = 0; i < a.length; i++) {
    if ((a[i] as number) > (b[i] as number)) return false;
    if ((a[i] as number) < (b[i] as number)) isBetter = true;
  }
  return isBetter;
}
