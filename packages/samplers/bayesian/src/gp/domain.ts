import type { Axis } from './axis.ts';
import type { Encoding } from './encoding.ts';

/** Where a search may go: a box of an encoding, without what is forbidden. */
export interface Domain {
  readonly encoding: Encoding;
  /** By axis. A number that is settled has equal bounds. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** By axis: the settled choice, -1 for a free one. */
  readonly choices: Int32Array;
  /** Whether a design may be proposed: allowed by `where`, close enough to the observations. */
  readonly accepts: (design: Float64Array, start: number) => boolean;
  /** Whether a point, in columns, was tried already. */
  readonly isTaken: (columns: Float64Array, start: number) => boolean;
}

/** Whether an axis can move. */
export function isFree({ lower, upper, choices, encoding }: Domain, a: number): boolean {
  return (encoding.axes[a] as Axis).kind === 'choice'
    ? (choices[a] as number) < 0
    : (lower[a] as number) < (upper[a] as number);
}
