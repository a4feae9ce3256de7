/**
 * Boxes that cover the points of three objectives which no point of a front dominates, up to a reference point. They do not
 * overlap. Bounds are indexes: of one of the n points of the front, n for the reference, n + 1 for -∞. A box reaches to -∞ in
 * the second objective.
 */
export interface Boxes {
  readonly size: number;
  readonly lowFirst: Int32Array;
  readonly highFirst: Int32Array;
  readonly highSecond: Int32Array;
  readonly lowThird: Int32Array;
  readonly highThird: Int32Array;
}

/** A part of the free region of the first two objectives, from its lowest third objective on. */
interface Strip {
  readonly low: number;
  readonly high: number;
  readonly top: number;
  readonly since: number;
}

/**
 * Sweeps through the third objective. The free region of the first two is a staircase of strips. A point of the front replaces
 * the strips that it cuts by two at most, so there are at most 2 n + 1 boxes (the bound of Lacour, Klamroth and Fonseca, A box
 * decomposition algorithm to compute the hypervolume indicator, 2017).
 *
 * @param front n points below the reference, one after the other; equal and dominated ones change nothing
 */
export function freeBoxes(front: Float64Array): Boxes {
  const n = front.length / 3;
  const at = (i: number, k: number): number => front[3 * i + k] as number;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => at(a, 2) - at(b, 2));
  const boxes: number[] = [];
  const close = ({ low, high, top, since }: Strip, until: number): void => {
    if (since > n || until === n || at(since, 2) < at(until, 2)) boxes.push(low, high, top, since, until);
  };
  let strips: Strip[] = [{ low: n + 1, high: n, top: n, since: n + 1 }];
  for (const i of order) {
    const [x, y] = [at(i, 0), at(i, 1)];
    const next: Strip[] = [];
    let low = i;
    let high = -1;
    for (const strip of strips) {
      const isLeft = strip.high < n && at(strip.high, 0) <= x;
      const isBelow = strip.top < n && at(strip.top, 1) <= y;
      if (isLeft || isBelow) {
        if (isBelow && high >= 0) {
          next.push({ low, high, top: i, since: i });
          high = -1;
        }
        next.push(strip);
        continue;
      }
      close(strip, i);
      if (strip.low > n || at(strip.low, 0) < x) next.push({ ...strip, high: i, since: i });
      else if (high < 0) low = strip.low;
      high = strip.high;
    }
    if (high >= 0) next.push({ low, high, top: i, since: i });
    strips = next;
  }
  for (const strip of strips) close(strip, n);
  const column = (k: number): Int32Array =>
    Int32Array.from({ length: boxes.length / 5 }, (_, b) => boxes[5 * b + k] as number);
  return {
    size: boxes.length / 5,
    lowFirst: column(0),
    highFirst: column(1),
    highSecond: column(2),
    lowThird: column(3),
    highThird: column(4),
  };
}
