import {
  type AskRequest,
  type Distribution,
  type Json,
  keys,
  type TrialOp,
  type TrialRecord,
  trialFinished,
} from '@asktell/core';
import type { TrialRow } from './study-mirror.ts';
import type { TrialReader } from './trial-reader.ts';
import type { WriteBatch } from './write-batch.ts';

/** The result of an executed ask plan. */
export interface AskOutcome {
  /** Every trial that the transaction changed or created, ascending by number. */
  readonly trials: readonly TrialRecord[];
  /** Numbers of the trials granted to the caller. */
  readonly granted: readonly number[];
  /** Whether `fill` reported that the search space is exhausted. */
  readonly exhausted: boolean;
}

/** Executes the plan of an ask inside its transaction. */
export function executePlan(
  batch: WriteBatch,
  reader: TrialReader,
  request: AskRequest,
  plan: ReturnType<AskRequest['plan']>,
): AskOutcome {
  for (const op of plan.write) batch.apply(op);
  const granted: number[] = [];
  const written = new Map<number, TrialRecord>();
  const planned = plan.take.length + plan.create;
  while (granted.length < planned) {
    const taken = plan.take[granted.length];
    const number = grant(batch, reader, request, taken === undefined ? null : batch.row(taken), written);
    if (number === null) break;
    granted.push(number);
  }
  const numbers = [...batch.touched].sort((a, b) => a - b);
  const trials = numbers.map((number) => written.get(number) ?? reader.one(batch.row(number)));
  return { trials, granted, exhausted: granted.length < planned };
}

/**
 * Grants `taken` or a new trial and returns its number, or `null` when `fill` returns `'exhausted'`. `fill` is called
 * before any write, so an exhausted grant writes nothing. Records that need no reading are added to `written`.
 */
function grant(
  batch: WriteBatch,
  reader: TrialReader,
  { owner, fill }: AskRequest,
  taken: TrialRow | null,
  written: Map<number, TrialRecord>,
): number | null {
  if (taken !== null && taken.state !== 'running' && taken.state !== 'waiting')
    throw trialFinished(taken.number, taken.state);
  const starts = taken === null || taken.state === 'waiting';
  const row = starts ? batch.next(taken) : taken;
  const { number } = row;
  const record = taken === null ? blank(row, owner) : fill === null ? null : withOwner(reader.one(row), owner);
  const ops = fill === null || record === null ? [] : fill(record);
  if (ops === 'exhausted') return null;
  if (starts) batch.start(row);
  if (taken !== null || owner !== null) batch.setOwner(number, owner);
  for (const op of ops) batch.apply(op);
  const known = record === null ? null : withParams(record, ops);
  if (known !== null) written.set(number, known);
  return number;
}

/** The record after `ops` if they only add its first parameters, the usual case. Otherwise `null`: it must be read. */
function withParams(record: TrialRecord, ops: readonly TrialOp[]): TrialRecord | null {
  if (ops.length === 0) return record;
  if (record.names.length > 0) return null;
  const names: string[] = [];
  const dists: Distribution[] = [];
  const x: number[] = [];
  for (const op of ops) {
    if (op.kind !== 'param' || op.number !== record.number || names.includes(op.name)) return null;
    names.push(op.name);
    dists.push(op.dist);
    x.push(op.x + 0);
  }
  return { ...record, names, dists, x };
}

function blank({ number, startedAt }: TrialRow, owner: Json | null): TrialRecord {
  return {
    number,
    state: 'running',
    names: [],
    dists: [],
    x: [],
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: owner === null ? null : new Map([[keys.owner, owner]]),
    startedAt,
    finishedAt: null,
  };
}

function withOwner(record: TrialRecord, owner: Json | null): TrialRecord {
  const systemAttrs = new Map(record.systemAttrs);
  if (owner === null) systemAttrs.delete(keys.owner);
  else systemAttrs.set(keys.owner, owner);
  return { ...record, systemAttrs: systemAttrs.size === 0 ? null : systemAttrs };
}
