import { isCompatible } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { Column } from '../history/column.ts';
import type { TrialState } from '../history/trial-record.ts';
import type { MemoryStudy } from './memory-study.ts';
import { noTrial, spaceConflict, trialFinished, trialWaiting } from './refusals.ts';
import type { NewTrial, TrialOp } from './storage.ts';

/**
 * Checks a whole batch before any of it is applied.
 * @throws AsktellError `trial-not-found`, `trial-finished`, `trial-waiting`, `space-conflict`, `invalid-value`
 */
export function checkOps(study: MemoryStudy, ops: readonly TrialOp[]): void {
  const names = new BatchNames(study);
  for (let i = 0; i < ops.length; i++) {
    const op = ops[i] as TrialOp;
    if (op.kind === 'create') {
      const { trial } = op;
      for (let k = 0; k < trial.names.length; k++)
        names.check(trial.names[k] as string, trial.dists[k] as Distribution);
      continue;
    }
    checkChangeable(study, op);
    if (op.kind === 'param') {
      names.check(op.name, op.dist);
      checkSetOnce(study, ops, i, op);
    } else if (op.kind === 'finish') checkFinish(study, ops, i, op);
  }
}

/** @throws AsktellError `trial-not-found`, `trial-finished` unless the trial is waiting or running */
export function checkTakeable(study: MemoryStudy, number: number): void {
  const state = requireState(study, number);
  if (state === 'waiting' || state === 'running') return;
  throw trialFinished(number, state);
}

function requireState(study: MemoryStudy, number: number): TrialState {
  const { table } = study;
  if (number >= 0 && number < table.size) return table.state(number);
  throw noTrial(study.ref, number, table.size);
}

function checkChangeable(study: MemoryStudy, op: Exclude<TrialOp, { kind: 'create' }>): void {
  const state = requireState(study, op.number);
  if (state === 'running' || (state === 'waiting' && op.kind === 'attr')) return;
  throw state === 'waiting' ? trialWaiting(op.number) : trialFinished(op.number, state);
}

function checkFinish(study: MemoryStudy, ops: readonly TrialOp[], at: number, op: TrialOp & { kind: 'finish' }): void {
  if (op.state === 'complete' && op.values?.length !== study.directions.length) {
    throw new AsktellError(
      'invalid-value',
      `Trial ${op.number}: a complete trial must have ${study.directions.length} value(s), one per objective, not ${show(op.values)}.`,
    );
  }
  for (let j = at + 1; j < ops.length; j++) {
    const later = ops[j] as TrialOp;
    if (later.kind === 'create' || later.number !== op.number) continue;
    throw trialFinished(op.number, op.state);
  }
}

/** A parameter is set once. A resumed trial may set the same value again. */
function checkSetOnce(study: MemoryStudy, ops: readonly TrialOp[], at: number, op: TrialOp & { kind: 'param' }): void {
  const column = study.table.columns.get(op.name);
  const stored = column === undefined ? Number.NaN : column.get(op.number);
  if (Number.isNaN(stored) ? isFirst(column, ops, at, op) : stored === op.x) return;
  throw new AsktellError(
    'space-conflict',
    `Trial ${op.number} already has a value for ${show(op.name)}. A parameter is set once, use another name.`,
  );
}

/**
 * Whether no earlier operation of the batch gives the parameter another value. The column remembers the batch that last
 * checked it. If that was another batch, there is nothing to search.
 */
function isFirst(
  column: Column | undefined,
  ops: readonly TrialOp[],
  at: number,
  op: TrialOp & { kind: 'param' },
): boolean {
  const first = column !== undefined && column.checkedBy !== ops;
  if (column !== undefined) column.checkedBy = ops;
  return first || !isSetBefore(ops, at, op);
}

/** Whether an earlier operation of the batch gives the parameter another value. */
function isSetBefore(ops: readonly TrialOp[], at: number, op: TrialOp & { kind: 'param' }): boolean {
  for (let j = at - 1; j >= 0; j--) {
    const earlier = ops[j] as TrialOp;
    if (earlier.kind === 'param' && earlier.name === op.name && earlier.number === op.number) return earlier.x !== op.x;
  }
  return false;
}

/** The distribution of each name: those that the study knows, and new ones of the batch. */
class BatchNames {
  readonly #known: ReadonlyMap<string, Distribution>;
  #fresh: Map<string, Distribution> | null = null;

  constructor(study: MemoryStudy) {
    this.#known = study.dists;
  }

  /** @throws AsktellError `space-conflict` */
  check(name: string, dist: Distribution): void {
    const known = this.#known.get(name) ?? this.#fresh?.get(name);
    if (known === undefined) {
      this.#fresh ??= new Map();
      this.#fresh.set(name, dist);
    } else if (!isCompatible(known, dist)) throw spaceConflict(name, known, dist);
  }
}

/** An added trial with reports sorted by step and `-0` replaced by `0`. */
export function checkedTrial(trial: NewTrial): NewTrial {
  const { reports } = trial;
  if (reports === null) return trial;
  const order = reports.steps
    .map((_, i) => i)
    .sort((a, b) => (reports.steps[a] as number) - (reports.steps[b] as number));
  return {
    ...trial,
    reports: {
      steps: order.map((i) => reports.steps[i] as number),
      values: order.map((i) => (reports.values[i] as number) + 0),
    },
  };
}
