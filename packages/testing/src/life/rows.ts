import type { FailureReason, OrphanPolicy, TrialState } from '@asktell/core';
import { needsSecond } from '../storage/subject.ts';
import * as arrange from './arrange.ts';
import type { Seen } from './samplers.ts';
import { type LifeSubject, needsHeartbeat } from './subject.ts';
import type { World } from './world.ts';

/** One kind of trial, and everything that follows from it. */
export interface LifeRow {
  readonly name: string;
  readonly exempt?: (subject: LifeSubject) => string | null;
  /** Makes such a trial in a new study, by processes 1 to 8, and returns its number. */
  readonly arrange: (world: World) => Promise<number>;
  /** The policy of the worker that asks next. Default `'reclaim'`. */
  readonly orphans?: OrphanPolicy;
  /** Milliseconds until it can be taken. Default 0. */
  readonly readyIn?: number;
  readonly state: TrialState;
  readonly failure: FailureReason['code'] | null;
  readonly owner: 'none' | 'a worker' | 'its caller' | 'released';
  /** Deaths and left loops that are stored with it. */
  readonly attempts: number;
  /** Whether the next ask counts it in a total. */
  readonly counts: boolean;
  /** What the next ask finds of its point. `held`: no other trial gets it. `own`: only the trial itself gets it. */
  readonly cell: 'open' | 'held' | 'own';
  /** What a proposal sees of it. `null`: no proposal is made while the trial is in this state. */
  readonly seen: Seen | null;
  /** What becomes of it at the next ask. */
  readonly next: 'stays' | 'is taken' | 'is taken after one more attempt' | 'ends as lost';
  readonly late: 'accepted' | 'trial-waiting' | 'trial-finished';
}

type Facts = Omit<LifeRow, 'name' | 'arrange'>;

const waiting: Facts = {
  state: 'waiting',
  failure: null,
  owner: 'none',
  attempts: 0,
  counts: false,
  cell: 'own',
  seen: null,
  next: 'is taken',
  late: 'trial-waiting',
};

const running: Facts = {
  ...waiting,
  state: 'running',
  owner: 'a worker',
  counts: true,
  cell: 'held',
  seen: 'a pending point',
  next: 'stays',
  late: 'accepted',
};

const foreign: Facts = { ...running, owner: 'none' };
const stale: Facts = { ...foreign, counts: false, cell: 'open', seen: 'nothing' };
const released: Facts = { ...running, owner: 'released', counts: false, cell: 'own', next: 'is taken' };
const orphaned: Facts = { ...released, owner: 'a worker', next: 'is taken after one more attempt' };

const finished: Facts = { ...running, state: 'complete', owner: 'none', late: 'trial-finished' };

function failed(code: FailureReason['code']): Facts {
  return { ...finished, state: 'fail', failure: code, seen: 'a failure' };
}

/** The life of a trial as a table. */
export const lifeRows: readonly LifeRow[] = [
  { name: 'waiting: enqueued', ...waiting, arrange: arrange.enqueued },
  {
    name: 'waiting: a retry whose time has not come',
    ...waiting,
    cell: 'open',
    seen: 'nothing',
    readyIn: arrange.backoff,
    arrange: arrange.retryInQueue,
  },
  { name: 'running: optimize', ...running, arrange: arrange.optimizing },
  { name: 'running: take', ...running, arrange: arrange.taking },
  { name: 'running: an ask with a lease', ...running, arrange: arrange.leased },
  { name: 'running: a plain ask', ...running, owner: 'its caller', arrange: arrange.plain },
  { name: 'running: another program', ...foreign, arrange: (world) => arrange.foreign(world, { hours: 23 }) },
  {
    name: 'running: another program, started long ago, with a recent heartbeat',
    ...foreign,
    exempt: needsHeartbeat,
    arrange: (world) => arrange.foreign(world, { hours: 50, heartbeatMinutes: 9 }),
  },
  { name: 'stale: another program', ...stale, arrange: (world) => arrange.foreign(world, { hours: 25 }) },
  {
    name: 'stale: another program, whose heartbeat has stopped',
    ...stale,
    exempt: needsHeartbeat,
    arrange: (world) => arrange.foreign(world, { hours: 1, heartbeatMinutes: 11 }),
  },
  { name: 'released: stop()', ...released, arrange: arrange.stopped },
  { name: 'released: timeout of the loop', ...released, arrange: arrange.outOfTime },
  { name: 'released: abort signal', ...released, arrange: arrange.aborted },
  { name: 'released: close()', ...released, arrange: arrange.closed },
  { name: 'released: loop left', ...released, attempts: 1, arrange: (world) => arrange.loopLeft(world, 1) },
  { name: "orphaned, 'reclaim'", ...orphaned, arrange: (world) => arrange.died(world, 1) },
  {
    name: "orphaned, 'fail'",
    ...orphaned,
    orphans: 'fail',
    cell: 'open',
    seen: 'nothing',
    next: 'ends as lost',
    arrange: (world) => arrange.died(world, 1),
  },
  {
    name: "orphaned, 'leave'",
    ...orphaned,
    orphans: 'leave',
    cell: 'held',
    next: 'stays',
    arrange: (world) => arrange.died(world, 1),
  },
  {
    name: 'orphaned: the lease of another host is over',
    ...orphaned,
    exempt: needsSecond,
    arrange: arrange.leaseOver,
  },
  { name: 'crashed: died three times', ...failed('crashed'), attempts: 2, arrange: arrange.crashed },
  {
    name: 'crashed: its loop was left three times',
    ...failed('crashed'),
    attempts: 2,
    arrange: (world) => arrange.loopLeft(world, 3),
  },
  { name: 'failed: lost', ...failed('lost'), counts: false, cell: 'open', seen: 'nothing', arrange: arrange.lost },
  { name: 'failed: error', ...failed('error'), arrange: arrange.threw },
  { name: 'failed: nan', ...failed('nan'), arrange: arrange.toldNan },
  { name: 'failed: invalid-value', ...failed('invalid-value'), arrange: arrange.returnedText },
  { name: 'failed: space-conflict', ...failed('space-conflict'), arrange: arrange.conflicted },
  { name: 'failed: told', ...failed('told'), arrange: arrange.toldFailed },
  { name: 'failed: timeout', ...failed('timeout'), arrange: arrange.timedOut },
  { name: 'pruned', ...finished, state: 'pruned', seen: 'its reports', arrange: arrange.pruned },
  { name: 'complete', ...finished, seen: 'its values', arrange: arrange.complete },
];
