import type { Axis } from '../space/axis.ts';
import type { Encoding } from '../space/encoding.ts';

/** Where a search may go: a box of an encoding, without what is forbidden. */
export interface Domain {
  readonly encoding: Encoding;
  /** By axis. A number that is settled has equal bounds. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** By axis: the settled choice, -1 for a free one. */
  readonly choices: Int32Array;
  /** Whether a design may be proposed; `null` if all may. */
  readonly accepts: ((design: Float64Array, start: number) => boolean) | null;
  /** Whether a point, in columns, was tried already. */
  readonly isTaken: (columns: Float64Array, start: number) => boolean;
}

/** Whether an axis can move. */
export function isFree({ lower, upper, choices, encoding }: Domain, a: number): boolean {
  return (encoding.axes[a] as Axis).kind === 'choice'
    ? (choices[a] as number) < 0
    : (lower[a] as number) < (upper[a] as number);
}

/** Puts a point of the unit cube into the box. */
export function placeInBox(domain: Domain, unit: Float64Array, out: Float64Array, start: number): void {
  const { encoding, lower, upper, choices } = domain;
  for (let a = 0; a < encoding.axes.length; a++) {
    const axis = encoding.axes[a] as Axis;
    const u = unit[a] as number;
    if (axis.kind === 'choice') {
      const settled = choices[a] as number;
      out[start + a] = settled >= 0 ? settled : Math.min(axis.cells - 1, Math.floor(u * axis.cells));
    } else {
      const low = lower[a] as number;
      out[start + a] = encoding.snap(a, low + u * ((upper[a] as number) - low));
    }
  }
}

/**
 * A box around a design, within the domain.
 *
 * @param halves half its sides by axis; on grids it reaches to the next cells at least
 */
export function boxAround(domain: Domain, centre: Float64Array, halves: Float64Array): Domain {
  const { encoding } = domain;
  const lower = domain.lower.slice();
  const upper = domain.upper.slice();
  encoding.axes.forEach(({ kind, cells }, a) => {
    if (kind === 'choice') return;
    const low = domain.lower[a] as number;
    const high = domain.upper[a] as number;
    const half = kind === 'grid' ? Math.max(halves[a] as number, 1.5 / cells) : (halves[a] as number);
    lower[a] = Math.min(high, Math.max(low, (centre[a] as number) - half));
    upper[a] = Math.max(low, Math.min(high, (centre[a] as number) + half));
  });
  return { ...domain, lower, upper };
}
