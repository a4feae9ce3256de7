import type { TrialHistory, TrialReports } from '@asktell/core';
import { rungValue } from './rung-values.ts';

/** How many of the best trials at the highest rung are compared. They bound what a comparison costs. */
const mostLeaders = 16;

/** Share of the noise that the tolerance covers. */
const noiseShare = 0.9;

/** A trial at the highest rung, with its values there and one rung below. Smaller is better. */
interface Leader {
  readonly row: number;
  readonly top: number;
  readonly below: number;
}

/**
 * The best trials at the highest rung, and whether the rung below ranks them alike. Bohdal et al., PASHA: Efficient HPO
 * and NAS with Progressive Resource Allocation (2023), where the ranking is compared up to a tolerance that noise
 * explains.
 */
export class TopRanking {
  /** The highest rung, counted from 0. */
  rung: number;
  #leaders: readonly Leader[];

  constructor(rung: number, leaders: readonly Leader[] = []) {
    this.rung = rung;
    this.#leaders = leaders;
  }

  /** Adds a finished trial, and goes a rung up while the ranking is unsettled. */
  absorb(history: TrialHistory, row: number, sign: number): void {
    const leader = this.#leaderAt(history, row, sign);
    if (leader === null) return;
    this.#leaders = best([...this.#leaders, leader]);
    while (this.#leaders.includes(leader) && !isSettled(this.#leaders, history)) {
      this.rung++;
      const rows = this.#leaders.map((each) => this.#leaderAt(history, each.row, sign));
      this.#leaders = best(rows.filter((each) => each !== null));
    }
  }

  clone(): TopRanking {
    return new TopRanking(this.rung, this.#leaders);
  }

  /** What a trial is as one of the leaders, `null` when it has not reached the highest rung. */
  #leaderAt(history: TrialHistory, row: number, sign: number): Leader | null {
    const top = sign * rungValue(history, row, this.rung);
    const below = sign * rungValue(history, row, this.rung - 1);
    return Number.isNaN(top) || Number.isNaN(below) ? null : { row, top, below };
  }
}

function best(leaders: readonly Leader[]): readonly Leader[] {
  return [...leaders].sort((a, b) => (a.top < b.top ? -1 : a.top > b.top ? 1 : a.row - b.row)).slice(0, mostLeaders);
}

/** Whether no pair is ranked the other way round one rung below, by more than noise. The leaders are sorted. */
function isSettled(leaders: readonly Leader[], history: TrialHistory): boolean {
  const tolerance = noise(leaders, history);
  return leaders.every((better, i) =>
    leaders.slice(i + 1).every((worse) => better.top === worse.top || !(better.below - worse.below > tolerance)),
  );
}

/** Differences up to this size are noise: pairs of curves that cross and cross back are that far apart at the end. */
function noise(leaders: readonly Leader[], history: TrialHistory): number {
  const distances: number[] = [];
  for (let i = 0; i < leaders.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [leaders[i] as Leader, leaders[j] as Leader];
      const distance = crissCrossDistance(history.reports(a.row), history.reports(b.row));
      if (!Number.isNaN(distance)) distances.push(distance);
    }
  if (distances.length === 0) return 0;
  distances.sort((a, b) => a - b);
  return distances[Math.ceil(noiseShare * distances.length) - 1] as number;
}

/** The distance of two curves at their last common step if they change sides at least twice, else NaN. */
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
