import { keys } from '../attribute-keys.ts';
import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import type { TrialHistory } from './history.ts';

/**
 * What the trials of a study report. One of the metrics, the main one, is Optuna's intermediate value. It is the same in all
 * trials of a study, and each trial stores its name with its first report of named metrics.
 */
export class StudyMetrics {
  /** The metrics that trials may report, the main one first. `null`: any. */
  readonly declared: readonly string[] | null;
  /** One name per objective. `null` = none. */
  objectives: readonly string[] | null;
  /** The main metric. `null` until it is known. */
  main: string | null;

  constructor(declared: readonly string[] | null = null, objectives: readonly string[] | null = null) {
    this.declared = declared;
    this.objectives = objectives;
    this.main = declared?.[0] ?? null;
  }

  /** @throws AsktellError `invalid-argument` for a metric that the study does not declare */
  require(metric: string): void {
    if (this.declared === null || this.declared.includes(metric)) return;
    throw new AsktellError(
      'invalid-argument',
      `The study has no metric ${show(metric)}. The metrics that it declares are ${this.declared.map(show).join(', ')}.`,
    );
  }

  /** The main metric, determined by the first report if it is not known. */
  mainOf(reported: readonly string[], history: TrialHistory): string {
    for (let row = 0; row < history.size && this.main === null; row++) {
      const stored = history.attribute(row, keys.metric);
      if (typeof stored === 'string') this.main = stored;
    }
    this.main ??= mainFirst(reported, this.objectives)[0] as string;
    return this.main;
  }
}

/** The names with the main metric first: the one named like the first objective, or the first one. */
export function mainFirst(
  names: readonly string[],
  objectives: readonly string[] | null | undefined,
): readonly string[] {
  const first = objectives?.[0];
  return first === undefined || !names.includes(first) ? names : [first, ...names.filter((name) => name !== first)];
}

/** Reads stored names. `null` for anything else. */
export function readNames(stored: Json | undefined): readonly string[] | null {
  return Array.isArray(stored) ? stored.map(String) : null;
}
