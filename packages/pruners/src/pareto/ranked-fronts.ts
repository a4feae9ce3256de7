/** A point of objective values. All of them are minimized. */
export type Point = Float64Array;

/**
 * A non-dominated sort that points are added to: the first front is not dominated, the second one only by the first, and so
 * on. It does not depend on the order of the points. Source: the level update of Li, Deb, Zhang and Kwong, Efficient
 * non-domination level update method for steady-state evolutionary multiobjective optimization (2017).
 *
 * A front is sorted by its objectives, the first one first. A point that dominates another one is never behind it.
 */
export class RankedFronts {
  /** Arrays of fronts are never changed, so that copies share them. */
  readonly #fronts: (readonly Point[])[];
  size: number;

  constructor(fronts: (readonly Point[])[] = [], size = 0) {
    this.#fronts = fronts;
    this.size = size;
  }

  /** An independent copy. */
  clone(): RankedFronts {
    return new RankedFronts([...this.#fronts], this.size);
  }

  insert(point: Point): void {
    const fronts = this.#fronts;
    let at = this.#frontOf(point);
    let moved: readonly Point[] = [point];
    this.size++;
    for (; moved.length > 0; at++) {
      const front = fronts[at];
      if (front === undefined) {
        fronts.push(moved);
        return;
      }
      const { kept, displaced } = split(front, moved);
      if (kept.length === 0) {
        // The whole front moves back, and all fronts behind it with it.
        fronts.splice(at, 0, moved);
        return;
      }
      fronts[at] = merge(kept, moved);
      moved = displaced;
    }
  }

  /**
   * The number of points in better fronts than a point would be in, and the points that would share its front, sorted by their
   * objectives.
   */
  rank(point: Point): { readonly ahead: number; readonly peers: readonly Point[] } {
    const at = this.#frontOf(point);
    let ahead = 0;
    for (let i = 0; i < at; i++) ahead += (this.#fronts[i] as readonly Point[]).length;
    const front = this.#fronts[at];
    return { ahead, peers: front === undefined ? [] : split(front, [point]).kept };
  }

  /** The first front that does not dominate the point. A front that dominates it is behind others that do. */
  #frontOf(point: Point): number {
    let low = 0;
    let high = this.#fronts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isDominated(point, this.#fronts[middle] as readonly Point[])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Whether a point of a front dominates another point. */
function isDominated(point: Point, front: readonly Point[]): boolean {
  const first = point[0] as number;
  let low = 0;
  let high = front.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (((front[middle] as Point)[0] as number) <= first) low = middle + 1;
    else high = middle;
  }
  // With two objectives, the nearest of these points has the least second value.
  const last = point.length === 2 ? Math.max(0, low - 1) : 0;
  for (let i = low - 1; i >= last; i--) if (dominates(front[i] as Point, point)) return true;
  return false;
}

/** The points of a front that some others dominate, and the rest. */
function split(
  front: readonly Point[],
  others: readonly Point[],
): { readonly kept: readonly Point[]; readonly displaced: readonly Point[] } {
  const kept: Point[] = [];
  const displaced: Point[] = [];
  for (const point of front) (isDominated(point, others) ? displaced : kept).push(point);
  return { kept, displaced };
}

/** Two sorted lists as one. */
function merge(a: readonly Point[], b: readonly Point[]): readonly Point[] {
  const merged: Point[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const isNext = j >= b.length || (i < a.length && compare(a[i] as Point, b[j] as Point) <= 0);
    merged.push((isNext ? a[i++] : b[j++]) as Point);
  }
  return merged;
}

function compare(a: Point, b: Point): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number) ? -1 : 1;
  return 0;
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
