import type { Distribution, Json, TrialRecord } from '@asktell/core';

/** A record for equality checks: typed arrays and maps become arrays, and `null` maps become empty arrays. */
export interface PlainRecord
  extends Omit<TrialRecord, 'x' | 'userAttrs' | 'systemAttrs' | 'startedAt' | 'finishedAt' | 'dists'> {
  readonly dists: readonly Distribution[];
  readonly x: readonly number[];
  readonly userAttrs: readonly (readonly [string, Json])[];
  readonly systemAttrs: readonly (readonly [string, Json])[];
  readonly startedAt: number | string | null;
  readonly finishedAt: number | string | null;
}

export function plainAttrs(attrs: ReadonlyMap<string, Json> | null): readonly (readonly [string, Json])[] {
  return [...(attrs ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** @param nameStamp replaces stamps that differ between storages */
export function plainRecord(
  record: TrialRecord,
  nameStamp: (stamp: number) => number | string = (stamp) => stamp,
): PlainRecord {
  const { startedAt, finishedAt } = record;
  return {
    ...record,
    x: Array.from(record.x),
    userAttrs: plainAttrs(record.userAttrs),
    systemAttrs: plainAttrs(record.systemAttrs),
    startedAt: startedAt === null ? null : nameStamp(startedAt),
    finishedAt: finishedAt === null ? null : nameStamp(finishedAt),
  };
}

/** Imported stamps are below this value, the stamps of a storage are not. Microseconds since 1970. */
export const importedBefore = 1_000_000_000_000_000;

/**
 * Replaces the stamps of a storage with their rank, so that two storages with different clocks compare equal. Imported
 * stamps do not change.
 */
export function stampOrder(trials: readonly TrialRecord[]): (stamp: number) => number | string {
  const own = trials
    .flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt])
    .filter((stamp): stamp is number => stamp !== null && stamp >= importedBefore);
  const order = new Map([...new Set(own)].sort((a, b) => a - b).map((stamp, i) => [stamp, `stamp ${i}`]));
  return (stamp) => order.get(stamp) ?? stamp;
}
