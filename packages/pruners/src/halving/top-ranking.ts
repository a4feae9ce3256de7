import type { TrialReports } from '@asktell/core';
import type { Measurements } from '../rules/measurements.ts';

/** Number of best trials at the highest rung that are compared. It limits the cost of a comparison. */
const mostLeaders = 16;

/** Quantile of the noise that is used as tolerance. */
const noiseShare = 0.9;

/** A trial at the highest rung, with its values at this rung and at the rung below. Smaller is better. */
interface Leader {
  readonly row: number;
  readonly top: number;
  readonly below: number;
}

/**
 * The best trials at the highest rung, and whether the rung below ranks them the same. Differences within the noise do
 * not count. Source: Bohdal et al., PASHA: Efficient HPO and NAS with Progressive Resource Allocation (2023).
 */
export class TopRanking {
  /** The highest rung, counted from 0. */
  rung: number;
  #leaders: readonly Leader[];

  constructor(rung: number, leaders: readonly Leader[] = []) {
    this.rung = rung;
    this.#leaders = leaders;
  }

  /** Adds a finished trial, and moves the highest rung up while the two rankings differ. */
  absorb(seen: Measurements, row: number): void {
    const leader = this.#leaderAt(seen, row);
    if (leader === null) return;
    this.#leaders = best([...this.#leaders, leader]);
    while (this.#leaders.includes(leader) && !isSettled(this.#leaders, seen)) {
      this.rung++;
      const rows = this.#leaders.map((each) => this.#leaderAt(seen, each.row));
      this.#leaders = best(rows.filter((each) => each !== null));
    }
  }

  clone(): TopRanking {
    return new TopRanking(this.rung, this.#leaders);
  }

  /** The values of a trial, or `null` if it has not reached the highest rung. */
  #leaderAt(seen: Measurements, row: number): Leader | null {
    const { sign } = seen;
    const top = sign * seen.rungValue(row, this.rung);
    const below = sign * seen.rungValue(row, this.rung - 1);
    return Number.isNaN(top) || Number.isNaN(below) ? null : { row, top, below };
  }
}

function best(leaders: readonly Leader[]): readonly Leader[] {
  return [...leaders].sort((a, b) => (a.top < b.top ? -1 : a.top > b.top ? 1 : a.row - b.row)).slice(0, mostLeaders);
}

/** Whether the rung below ranks no pair in reverse by more than the noise. The leaders are sorted. */
function isSettled(leaders: readonly Leader[], seen: Measurements): boolean {
  const tolerance = noise(leaders, seen);
  return leaders.every((better, i) =>
    leaders.slice(i + 1).every((worse) => better.top === worse.top || !(better.below - worse.below > tolerance)),
  );
}

/** The noise, estimated from the final distances between pairs of curves that cross at least twice. */
function noise(leaders: readonly Leader[], seen: Measurements): number {
  const distances: number[] = [];
  for (let i = 0; i < leaders.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [leaders[i] as Leader, leaders[j] as Leader];
      const distance = crissCrossDistance(seen.reports(a.row), seen.reports(b.row));
      if (!Number.isNaN(distance)) distances.push(distance);
    }
  if (distances.length === 0) return 0;
  distances.sort((a, b) => a - b);
  return distances[Math.ceil(noiseShare * distances.length) - 1] as number;
}

/** The distance of two curves at their last common step if they cross at least twice, otherwise NaN. */
function crissCrossDistance(a: TrialReports, b: TrialReports): number {
  let crossings = 0;
  let side = 0;
  let distance = Number.NaN;
  for (let i = 0, j = 0; i < a.steps.length && j < b.steps.length; ) {
    const apart = (a.steps[i] as number) - (b.steps[j] as number);
    if (apart === 0) {
      const difference = (a.values[i] as number) - (b.values[j] as number);
      if (Number.isFinite(difference)) {
        const now = Math.sign(difference);
        if (now !== 0 && now === -side) crossings++;
        if (now !== 0) side = now;
        distance = Math.abs(difference);
      }
    }
    if (apart <= 0) i++;
    if (apart >= 0) j++;
  }
  return crossings >= 2 ? distance : Number.NaN;
}
