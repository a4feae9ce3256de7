import type { Rng } from '@asktell/core';
import { SobolSequence } from '@asktell/numerics';
import { pow } from '@asktell/numerics/elementary';
import type { Axis } from '../space/axis.ts';
import { type Domain, isFree, placeInBox } from './domain.ts';

/** How often a space-filling design that is not accepted is replaced. */
const triesPerDesign = 8;

/** Designs to start from, one after the other. */
export class Designs {
  readonly axes: number;
  readonly values: Float64Array;
  size = 0;

  constructor(axes: number, capacity: number) {
    this.axes = axes;
    this.values = new Float64Array(axes * capacity);
  }

  /** The place of the next design; it counts after {@link keep}. */
  get next(): number {
    return this.size * this.axes;
  }

  keep(): void {
    this.size++;
  }
}

/** Where a space-filling design is put: the whole box of the domain, or a part of it. */
export type Placement = (unit: Float64Array, out: Float64Array, start: number) => void;

/** Adds up to `count` designs that fill the box of the domain. */
export function addSpread(designs: Designs, domain: Domain, count: number, rng: Rng, place: Placement | null): void {
  const { axes } = domain.encoding;
  const d = axes.length;
  const sobol =
    d <= SobolSequence.maxDimensions ? new SobolSequence(d, { scramble: 'owen', seed: rng.int(0, 2 ** 31) }) : null;
  const unit = new Float64Array(d);
  const end = designs.size + count;
  const tries = domain.accepts === null ? count : triesPerDesign * count;
  for (let k = 0; k < tries && designs.size < end; k++) {
    if (sobol === null) for (let a = 0; a < d; a++) unit[a] = rng.float();
    else sobol.next(unit);
    if (place === null) placeInBox(domain, unit, designs.values, designs.next);
    else place(unit, designs.values, designs.next);
    if (domain.accepts === null || domain.accepts(designs.values, designs.next)) designs.keep();
  }
}

/** Adds up to `count` designs close to the best ones, the first of which is taken for half of them. */
export function addNear(
  designs: Designs,
  domain: Domain,
  best: readonly Float64Array[],
  count: number,
  rng: Rng,
): void {
  const { encoding, lower, upper, choices } = domain;
  const { axes } = encoding;
  const free = axes.flatMap((_, a) => (isFree(domain, a) ? [a] : []));
  if (best.length === 0 || free.length === 0) return;
  for (let k = 0; k < count; k++) {
    const which = rng.float() < 0.5 ? 0 : rng.int(0, best.length - 1);
    const centre = best[which] as Float64Array;
    const width = 0.3 * pow(10, -3 * rng.float());
    const chance = [1, 3 / free.length, 1.5 / free.length][rng.int(0, 2)] as number;
    const at = designs.next;
    designs.values.set(centre, at);
    const forced = free[rng.int(0, free.length - 1)] as number;
    for (const a of free) {
      if (a !== forced && !(rng.float() < chance)) continue;
      const axis = axes[a] as Axis;
      if (axis.kind === 'choice') {
        designs.values[at + a] = rng.int(0, axis.cells - 1);
        continue;
      }
      const low = lower[a] as number;
      const high = upper[a] as number;
      let step = width * (high - low) * rng.normal();
      if (axis.kind === 'grid' && Math.abs(step) < 1 / axis.cells) step = Math.sign(step) / axis.cells;
      const moved = Math.min(high, Math.max(low, (centre[a] as number) + step));
      designs.values[at + a] = encoding.snap(a, moved);
    }
    // The centre may lie outside the box, and differ from settled values.
    for (let a = 0; a < axes.length; a++) {
      if ((choices[a] as number) >= 0) designs.values[at + a] = choices[a] as number;
      if ((axes[a] as Axis).kind === 'choice') continue;
      const inside = Math.min(upper[a] as number, Math.max(lower[a] as number, designs.values[at + a] as number));
      designs.values[at + a] = encoding.snap(a, inside);
    }
    if (domain.accepts === null || domain.accepts(designs.values, at)) designs.keep();
  }
}
