import { keys } from '../attribute-keys.ts';
import { contains, describe, requireInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { type CompiledSpace, isActive } from '../space/compiled-space.ts';

/** Parameters with fixed values: external values by flat name. */
export type FixedParams = ReadonlyMap<string, Scalar>;

export const noParams: FixedParams = new Map();

/** The input of a proposal: the trial, the space, and the values that are settled. */
export interface ProposalRequest {
  readonly number: number;
  readonly startedAt: number;
  readonly space: CompiledSpace;
  /** Settled internal values in the order of `space.params`, NaN = free. */
  readonly settled: Float64Array;
  /** The values that the trial was enqueued with; `null` if it was not enqueued. */
  readonly enqueued: FixedParams | null;
  /** Rows of the pending points that the trial sees; `null` if they are not determined yet. */
  readonly pending: readonly number[] | null;
  /** Rows that the trial took for stale, if that is stored. */
  readonly stale: readonly number[];
  readonly total: number | null;
}

/** The space of a trial that was asked for without one. */
export const noSpace: CompiledSpace = { id: 'empty', origin: 'observed', params: [], allows: null };

/**
 * The request for the point of a granted trial.
 * @throws AsktellError `invalid-value` if a stored or enqueued value is not in the space
 */
export function requestFor(
  record: TrialRecord,
  space: CompiledSpace,
  fixed: FixedParams,
  total: number | null,
): ProposalRequest {
  const enqueued = enqueuedParams(record);
  return {
    number: record.number,
    startedAt: record.startedAt as number,
    space,
    settled: settledPoint(record, space, enqueued, fixed),
    enqueued,
    pending: null,
    stale: [],
    total,
  };
}

/** External values that a trial was enqueued with, by flat name. */
export function enqueuedParams({ systemAttrs }: TrialRecord): FixedParams | null {
  const stored = systemAttrs?.get(keys.fixedParams);
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) return null;
  return new Map(Object.entries(stored as { readonly [name: string]: Scalar }));
}

/**
 * The settled value of each parameter, in this order of precedence: stored by an earlier worker of the trial, enqueued,
 * fixed by the study.
 */
function settledPoint(
  { names, dists, x }: TrialRecord,
  space: CompiledSpace,
  enqueued: FixedParams | null,
  fixed: FixedParams,
): Float64Array {
  const settled = new Float64Array(space.params.length).fill(Number.NaN);
  if (enqueued === null && fixed.size === 0 && names.length === 0) return settled;
  space.params.forEach(({ name, dist }, i) => {
    const stored = names.indexOf(name);
    if (stored >= 0) {
      settled[i] = x[stored] as number;
      if (space.origin === 'declared')
        requireInternal(dist, name, toExternal(dists[stored] as Distribution, x[stored] as number));
      return;
    }
    const from = enqueued?.has(name) ? enqueued : fixed;
    if (!from.has(name)) return;
    // The range of a suggested parameter may move. A value outside the observed range is checked when it is suggested.
    settled[i] =
      space.origin === 'observed' ? toInternal(dist, from.get(name)) : requireInternal(dist, name, from.get(name));
  });
  return settled;
}

/** Whether a value is stored for every active parameter of the space, as in a trial that was resumed, or retried by Optuna. */
export function hasCompletePoint({ names, x: values }: TrialRecord, space: CompiledSpace): boolean {
  if (names.length === 0) return false;
  const x = space.params.map(({ name }) => {
    const at = names.indexOf(name);
    return at < 0 ? Number.NaN : (values[at] as number);
  });
  return x.every((value, i) => !Number.isNaN(value) || !isActive(space, i, x));
}

/** A point without its inactive parameters. */
export function activeOnly(space: CompiledSpace, settled: Float64Array): Float64Array {
  const x = new Float64Array(settled.length).fill(Number.NaN);
  for (let i = 0; i < x.length; i++) if (isActive(space, i, x)) x[i] = settled[i] as number;
  return x;
}

/**
 * Checks that a declared space has the parameters that the study fixes.
 * @throws AsktellError `invalid-value`
 */
export function checkFixed(fixed: FixedParams, space: CompiledSpace): void {
  for (const [name, value] of fixed) {
    const param = space.params.find((candidate) => candidate.name === name);
    const dist = param?.dist;
    if (param === undefined || dist === undefined)
      throw new AsktellError(
        'invalid-value',
        `The study fixes ${show(name)} to ${show(value)}, but the space has no such parameter. Fix another parameter, or change the space.`,
      );
    if (!contains(dist, value))
      throw new AsktellError(
        'invalid-value',
        `The study fixes ${show(name)} to ${show(value)}, which is not a member of ${describe(dist)}. Fix another value, or change the space.`,
      );
    const { when } = param;
    const parent = when === null ? undefined : space.params[when.param];
    if (when === null || parent === undefined || !fixed.has(parent.name)) continue;
    if (toInternal(parent.dist, fixed.get(parent.name)) !== when.choice)
      throw new AsktellError(
        'invalid-value',
        `The study fixes ${show(name)} to ${show(value)}, but it is inactive, because ${show(parent.name)} is fixed to ${show(fixed.get(parent.name))}. Fix only one of them.`,
      );
  }
}
