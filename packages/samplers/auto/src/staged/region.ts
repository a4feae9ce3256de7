import {
  type Distribution,
  fromUnit,
  indexOfInternal,
  nthInternal,
  sameDistribution,
  type TrialHistory,
  toUnit,
} from '@asktell/core';
import type { RegionOptions } from './options.ts';

/** A part of a numeric range, in positions from 0 to 1 (on the logarithm for log ranges). */
export interface Interval {
  readonly kind: 'interval';
  readonly dist: Exclude<Distribution, { kind: 'categorical' }>;
  readonly low: number;
  readonly high: number;
}

/** Some of the choices of a parameter. */
export interface Choices {
  readonly kind: 'choices';
  readonly dist: Extract<Distribution, { kind: 'categorical' }>;
  /** Their indexes, ascending. */
  readonly kept: readonly number[];
}

export type Side = Interval | Choices;

/** A box: a side for each parameter that the best trials have. Other parameters are not narrowed. */
export interface Region {
  readonly sides: ReadonlyMap<string, Side>;
  /** Rows of the trials that it surrounds, the best first. */
  readonly best: readonly number[];
}

/** A choice that fewer trials have tried is kept, because little is known about it. */
const triesToDrop = 3;
/** The least side, as a share of the side of the previous region. Narrower ones are widened. */
const leastShare = 0.2;
/** A new best trial moves the region if it is outside, or closer to its end than this share of the side. */
const edgeShare = 0.1;

/**
 * The region around the best trials.
 *
 * @param ranked rows of complete trials, the best first
 * @param rows rows of all trials that count
 * @param previous the region of the stage before, `null` for the whole space
 */
export function regionAround(
  history: TrialHistory,
  ranked: readonly number[],
  rows: readonly number[],
  { quantile, margin }: Required<RegionOptions>,
  previous: Region | null,
): Region {
  // A pruned trial was judged to be worse than others, so it counts as one of them.
  const judged = rows.filter((row) => history.state(row) !== 'fail').length;
  const best = ranked.slice(0, Math.max(2, Math.ceil(quantile * judged)));
  const sides = new Map<string, Side>();
  for (const [name, dist] of distributionsOf(history, best)) {
    const values = best.flatMap((row) => valuesOf(history, row, name, dist));
    if (dist.kind === 'categorical') {
      const tries = new Float64Array(dist.choices.length);
      for (const row of rows) for (const x of valuesOf(history, row, name, dist)) tries[x] = (tries[x] as number) + 1;
      const kept = Array.from(tries.keys()).filter((x) => values.includes(x) || (tries[x] as number) < triesToDrop);
      sides.set(name, { kind: 'choices', dist, kept });
    } else {
      const before = previous?.sides.get(name);
      const isKnown = before?.kind === 'interval' && sameDistribution(before.dist, dist);
      const least = leastShare * (isKnown ? before.high - before.low : 1);
      sides.set(name, intervalAround(dist, values, margin, least));
    }
  }
  return { sides, best };
}

function intervalAround(dist: Interval['dist'], values: readonly number[], margin: number, least: number): Interval {
  const units = values.map((x) => toUnit(dist, x));
  let low = Math.min(...units);
  let high = Math.max(...units);
  const grow = margin * (high - low);
  low = Math.max(0, low - grow);
  high = Math.min(1, high + grow);
  return high - low >= least ? { kind: 'interval', dist, low, high } : centred(dist, (low + high) / 2, least);
}

/** An interval of this length in [0, 1], with the centre as close to the middle as possible. */
function centred(dist: Interval['dist'], centre: number, length: number): Interval {
  const low = Math.min(1 - length, Math.max(0, centre - length / 2));
  return { kind: 'interval', dist, low, high: low + length };
}

/**
 * The region after a new best trial: where that trial is outside or close to an end, the side moves until the trial is in
 * its middle, and its choice is added. `null` if the region stays.
 */
export function movedTo(history: TrialHistory, row: number, region: Region): Region | null {
  const moved = new Map<string, Side>();
  for (const [name, side] of region.sides) {
    const [x] = valuesOf(history, row, name, side.dist);
    if (x === undefined) continue;
    if (side.kind === 'choices') {
      if (!side.kept.includes(x)) moved.set(name, { ...side, kept: [...side.kept, x].sort((a, b) => a - b) });
      continue;
    }
    const { dist, low, high } = side;
    const u = toUnit(dist, x);
    const edge = edgeShare * (high - low);
    if ((low > 0 && u < low + edge) || (high < 1 && u > high - edge)) moved.set(name, centred(dist, u, high - low));
  }
  return moved.size === 0 ? null : { sides: new Map([...region.sides, ...moved]), best: [row, ...region.best] };
}

/** The region with sides twice as long, and all choices. `null` if it is the whole space already. */
export function doubled(region: Region): Region | null {
  const sides = new Map<string, Side>();
  let changes = 0;
  for (const [name, side] of region.sides) {
    const isWhole = side.kind === 'choices' ? side.kept.length === side.dist.choices.length : side.high - side.low >= 1;
    if (isWhole) sides.set(name, side);
    else if (side.kind === 'choices') sides.set(name, { ...side, kept: Array.from(side.dist.choices.keys()) });
    else sides.set(name, centred(side.dist, (side.low + side.high) / 2, Math.min(1, 2 * (side.high - side.low))));
    if (!isWhole) changes++;
  }
  return changes === 0 ? null : { sides, best: region.best };
}

/** The distribution of a side, of which each value is a value of the whole range. */
export function narrowed(side: Side): Distribution {
  if (side.kind === 'choices')
    return { kind: 'categorical', choices: side.kept.map((x) => side.dist.choices[x] as never) };
  const { dist, low, high } = side;
  // The ends of the range are exact.
  return {
    ...dist,
    low: low <= 0 ? dist.low : fromUnit(dist, low),
    high: high >= 1 ? dist.high : fromUnit(dist, high),
  };
}

/** The internal value in the whole range of one in {@link narrowed}. */
export function widened(side: Side, x: number): number {
  if (side.kind === 'choices') return side.kept[x] as number;
  // Steps from another start differ by rounding.
  return side.dist.step === null ? x : nthInternal(side.dist, indexOfInternal(side.dist, x));
}

/** The internal value in {@link narrowed} of one in the whole range, NaN if it is a choice that was dropped. */
export function narrowedValue(side: Side, x: number): number {
  if (side.kind !== 'choices') return x;
  const index = side.kept.indexOf(x);
  return index < 0 ? Number.NaN : index;
}

/** The parameters of trials with their distributions. The first trial that has a parameter decides. */
function distributionsOf(history: TrialHistory, rows: readonly number[]): ReadonlyMap<string, Distribution> {
  const found = new Map<string, Distribution>();
  for (const row of rows) {
    const { names, dists } = history.params(row);
    names.forEach((name, i) => {
      if (!found.has(name)) found.set(name, dists[i] as Distribution);
    });
  }
  return found;
}

/** The value of a trial as a list of one number, empty if it has none in this distribution. */
function valuesOf(history: TrialHistory, row: number, name: string, dist: Distribution): readonly number[] {
  const x = history.value(row, name);
  if (dist.kind === 'categorical') return x < dist.choices.length ? [x] : [];
  return x >= dist.low && x <= dist.high ? [x] : [];
}
