import {
  AsktellError,
  type Distribution,
  type Scalar,
  show,
  type TrialHistory,
  type TrialState,
  toExternal,
} from '@asktell/core';

/** A trial of an earlier study for the option `from` of `GpSampler`, such as a `FrozenTrial`. */
export interface SourceTrial {
  /** External values by flat name. */
  readonly flatParams: { readonly [name: string]: Scalar };
  /** Trials without a finite value are ignored. */
  readonly value?: number | undefined;
  /** Trials that are not complete are ignored. */
  readonly state?: TrialState;
  /** Infeasible trials are ignored. */
  readonly isFeasible?: boolean;
}

/** An earlier study for the option `from` of `GpSampler`: its trials as they were last read. */
export interface SourceStudy {
  readonly history: TrialHistory;
}

/** What is saved of a {@link SourceTrial}. */
export interface SavedTrial {
  readonly flatParams: { readonly [name: string]: Scalar };
  readonly value: number;
}

/** Maximum number of saved trials of all lists together. */
const mostTrials = 200;

/**
 * Selects the trials to save: of each study or list the third with the lowest values, the third with the highest ones and others
 * evenly spaced in between, in the order of the list. The direction is not known here, so both ends are kept.
 *
 * @throws AsktellError `invalid-argument`
 */
export function savedTrials(from: unknown): readonly (readonly SavedTrial[])[] {
  if (!Array.isArray(from) || !from.every((part) => Array.isArray(part) || isStudy(part)))
    throw bad(`from must be a list of studies or of lists of trials, such as [study], not ${show(from)}.`);
  const lists = from
    .map((part: SourceStudy | readonly unknown[]) => usable(isStudy(part) ? trialsOf(part) : part))
    .filter((list) => list.length > 0);
  const share = Math.max(1, Math.floor(mostTrials / Math.max(1, lists.length)));
  return lists.slice(0, mostTrials).map((list) => spread(list, share));
}

function isStudy(part: unknown): part is SourceStudy {
  return typeof part === 'object' && part !== null && typeof (part as Partial<SourceStudy>).history === 'object';
}

/** The complete trials of a study that this process has read. */
function trialsOf({ history }: SourceStudy): readonly SourceTrial[] {
  if (history.size === 0)
    throw bad(
      'from contains a study without trials. If it has trials that were not read yet, await study.trials() first.',
    );
  return [...history.finished].map((row) => {
    const { names, dists, x } = history.params(row);
    return {
      flatParams: Object.fromEntries(
        names.map((name, i) => [name, toExternal(dists[i] as Distribution, x[i] as number)]),
      ),
      value: history.values(0)[row] as number,
      state: history.state(row),
      isFeasible: !((history.violation[row] as number) > 0),
    };
  });
}

function usable(list: readonly unknown[]): SavedTrial[] {
  const found: SavedTrial[] = [];
  for (const trial of list as readonly Partial<SourceTrial>[]) {
    if (
      typeof trial !== 'object' ||
      trial === null ||
      typeof trial.flatParams !== 'object' ||
      trial.flatParams === null
    )
      throw bad(
        `from must contain trials, not ${show(trial)}. Use trials of a study, or objects { flatParams, value }.`,
      );
    const { value, flatParams, state = 'complete', isFeasible = true } = trial;
    if (typeof value === 'number' && Number.isFinite(value) && state === 'complete' && isFeasible)
      found.push({ flatParams: { ...flatParams }, value });
  }
  return found;
}

function spread(list: readonly SavedTrial[], most: number): readonly SavedTrial[] {
  if (list.length <= most) return list;
  const ascending = [...list.keys()].sort(
    (a, b) => (list[a] as SavedTrial).value - (list[b] as SavedTrial).value || a - b,
  );
  const ends = Math.floor(most / 3);
  const middle = ascending.slice(ends, ascending.length - ends);
  const count = most - 2 * ends;
  const kept = [
    ...ascending.slice(0, ends),
    ...Array.from({ length: count }, (_, k) => middle[Math.floor(((k + 0.5) * middle.length) / count)] as number),
    ...ascending.slice(ascending.length - ends),
  ];
  return kept.sort((a, b) => a - b).map((i) => list[i] as SavedTrial);
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `GpSampler: ${message}`);
}
