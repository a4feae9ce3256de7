import {
  AsktellError,
  type Distribution,
  isCompatible,
  type Json,
  type NewTrial,
  type StudyAttr,
  type StudyRecord,
  show,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';
import { changed, emptyTrial, withOwner, withoutMinusZero, withReport } from './logged-trial.ts';

/** How an ask grants one trial: it takes a waiting or orphaned trial, or begins a new one. */
export type GrantOp =
  | { readonly kind: 'take'; readonly number: number; readonly owner: Json | null }
  | { readonly kind: 'begin'; readonly owner: Json | null };

/** One atomic write. `at` is the writer's clock in microseconds, from which every reader derives the same stamps. */
export type LogEntry =
  | { readonly kind: 'create-study'; readonly study: StudyRecord }
  | { readonly kind: 'delete-study'; readonly id: number | string }
  | { readonly kind: 'study-attrs'; readonly id: number | string; readonly attrs: readonly StudyAttr[] }
  /** A sign of life of another program's trial, microseconds since 1970. */
  | { readonly kind: 'heartbeat'; readonly id: number | string; readonly number: number; readonly at: number }
  | {
      readonly kind: 'trials';
      readonly id: number | string;
      readonly at: number;
      readonly ops: readonly (TrialOp | GrantOp)[];
    };

/**
 * One study replayed from its log. Records are replaced, never modified, so a copy is shallow and a failed batch is
 * undone by dropping the copy.
 */
export class LoggedStudy {
  record: StudyRecord;
  readonly trials: TrialRecord[];
  /** By row, the length of the log at the last change of the row's state. Other changes are not part of a delta. */
  readonly changedAt: number[];
  readonly dists: Map<string, Distribution>;
  #lastStamp: number;

  constructor(record: StudyRecord, from?: LoggedStudy) {
    this.record = record;
    this.trials = from === undefined ? [] : [...from.trials];
    this.changedAt = from === undefined ? [] : [...from.changedAt];
    this.dists = new Map(from?.dists);
    this.#lastStamp = from === undefined ? 0 : from.#lastStamp;
  }

  copy(): LoggedStudy {
    return new LoggedStudy(this.record, this);
  }

  setAttrs(attrs: readonly StudyAttr[]): void {
    const userAttrs = new Map(this.record.userAttrs);
    const systemAttrs = new Map(this.record.systemAttrs);
    for (const { scope, key, value } of attrs) (scope === 'user' ? userAttrs : systemAttrs).set(key, value);
    this.record = { ...this.record, userAttrs, systemAttrs };
  }

  beat(number: number, heartbeatAt: number): void {
    this.trials[number] = { ...(this.trials[number] as TrialRecord), heartbeatAt };
  }

  /** Applies one operation and returns its row. When it throws, the study may be half-changed: drop the copy. */
  apply(op: TrialOp | GrantOp, at: number, position: number): number {
    const row = op.kind === 'begin' || op.kind === 'create' ? this.trials.length : op.number;
    const before = this.trials[row]?.state;
    const trial = this.#applied(row, op, () => {
      this.#lastStamp = Math.max(at, this.#lastStamp + 1);
      return this.#lastStamp;
    });
    this.trials[row] = trial;
    if (trial.state !== before) this.changedAt[row] = position;
    return row;
  }

  #applied(row: number, op: TrialOp | GrantOp, stamp: () => number): TrialRecord {
    if (op.kind === 'create') return this.#create(row, op.trial);
    if (op.kind === 'begin') {
      return { ...emptyTrial(row), state: 'running', startedAt: stamp(), systemAttrs: withOwner(null, op.owner) };
    }
    const trial = this.#unfinished(row, op.kind);
    if (op.kind === 'take') {
      const startedAt = trial.state === 'waiting' ? stamp() : trial.startedAt;
      return { ...trial, state: 'running', startedAt, systemAttrs: withOwner(trial.systemAttrs, op.owner) };
    }
    if (op.kind === 'param') {
      this.#checkParam(op.name, op.dist);
      const at = trial.names.indexOf(op.name);
      // A resumed trial suggests its parameters again.
      if (at >= 0 && trial.x[at] === op.x + 0) return trial;
      if (at >= 0) throw conflict(`Trial ${row} already has another value for ${show(op.name)}.`);
    }
    return changed(trial, op, stamp);
  }

  #create(number: number, trial: NewTrial): TrialRecord {
    for (const [i, name] of trial.names.entries()) this.#checkParam(name, trial.dists[i] as Distribution);
    this.#lastStamp = Math.max(this.#lastStamp, trial.startedAt ?? 0, trial.finishedAt ?? 0);
    let reports: TrialRecord['reports'] = null;
    for (const [i, step] of (trial.reports?.steps ?? []).entries()) {
      reports = withReport(reports, step, (trial.reports?.values[i] as number) + 0);
    }
    return { ...trial, number, x: Array.from(trial.x, (x) => x + 0), values: withoutMinusZero(trial.values), reports };
  }

  #unfinished(row: number, kind: string): TrialRecord {
    const trial = this.trials[row];
    if (trial === undefined) {
      throw new AsktellError(
        'trial-not-found',
        `There is no trial ${show(row)}. The study has ${this.trials.length} trials.`,
      );
    }
    if (trial.finishedAt !== null) {
      throw new AsktellError('trial-finished', `Trial ${row} is finished and cannot change.`);
    }
    if (trial.state === 'waiting' && kind !== 'attr' && kind !== 'take') {
      throw new AsktellError('trial-waiting', `Trial ${row} is waiting in the queue. Ask for it first.`);
    }
    return trial;
  }

  #checkParam(name: string, dist: Distribution): void {
    const known = this.dists.get(name);
    if (known === undefined) this.dists.set(name, dist);
    else if (!isCompatible(known, dist))
      throw conflict(`Parameter ${show(name)} must be compatible with ${show(known)}, not ${show(dist)}.`);
  }
}

function conflict(what: string): AsktellError {
  return new AsktellError('space-conflict', `${what} Use another name.`);
}
