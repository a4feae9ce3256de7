import { andThen, isPromise } from '../awaitable.ts';
import { type Checks, check } from '../checks/checks.ts';
import { isAsktellError } from '../errors.ts';
import { isFinished, type TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import { checkFixed, enqueuedParams } from '../proposal/request.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Space } from '../space/infer.ts';
import type { AskPlan, AskResult, TrialOp } from '../storage/storage.ts';
import { warnFailed } from '../trial/outcome.ts';
import { Trial } from '../trial/trial.ts';
import { failureOps } from '../workers/ending.ts';
import { mayStart, nextRetryIn, type RetryPolicy, retryOps } from '../workers/retry.ts';
import { type Sweep, sweep, sweepOps } from '../workers/sweep.ts';
import { pointOps } from './point-ops.ts';
import { proposeAndStore } from './store-point.ts';

/** Options of `study.askBatch`. */
export interface AskBatchOptions<S extends Space | undefined = Space | undefined> {
  /** The space of these trials. Default: that of the study. */
  readonly space?: S;
  /** Maximum number of trials of the study. Default: no limit. */
  readonly total?: number;
  /**
   * Whether the trials get a lease, so that another worker takes them over if this process dies. Default `false`: they
   * belong to the caller and stay running until they are told.
   */
  readonly lease?: boolean;
}

export const askBatchChecks: Checks<AskBatchOptions> = {
  space: check.anything, // checked by compileSpace
  total: check.count(0),
  lease: check.boolean,
};

export interface AskRun {
  readonly count: number;
  /** Whether the trials get a lease. */
  readonly owned: boolean;
  /** Maximum number of trials of the study, `null` = no limit. */
  readonly total: number | null;
  readonly space: DeclaredSpace | null;
  /** Which of the trials that the ask ends are tried again, `null` = none. */
  readonly retry: RetryPolicy | null;
}

export interface Asked {
  readonly trials: readonly Trial[];
  /** Why there are fewer trials than asked for; `null` if there are not. */
  readonly end: 'exhausted' | 'budget-reached' | null;
  /** Without trials: milliseconds until the next retry may start. `null` if none waits for its time. */
  readonly retryIn: number | null;
}

const noRows: readonly number[] = [];

/**
 * Asks for trials: sweeps orphans, claims or creates trials, proposes their points, stores the points. Resumed and queued
 * trials that do not fit the space end as failed, and others take their place.
 * @param mayDefer whether an ask that ends trials may take its own in another transaction
 * @throws AsktellError `invalid-value`, `space-conflict`, `unsatisfiable-space`, and what the sampler and the storage
 *   throw
 */
export function askTrials(session: Session, run: AskRun, mayDefer = true): Awaitable<Asked> {
  return andThen(askOnce(session, run, mayDefer), (asked) => {
    const missing = run.count - asked.trials.length;
    if (!asked.isPartial || missing === 0) return asked;
    return andThen(askTrials(session, { ...run, count: missing }, false), (more) => ({
      ...more,
      trials: [...asked.trials, ...more.trials],
    }));
  });
}

/** One transaction of an ask. */
interface AskedOnce extends Asked {
  /** Whether missing trials must be asked for again, because trials have ended in this transaction. */
  readonly isPartial: boolean;
}

function askOnce(session: Session, run: AskRun, mayDefer: boolean): Awaitable<AskedOnce> {
  return session.exclusively(() => {
    const asking = new Asking(session, run, mayDefer);
    let result: Awaitable<AskedOnce>;
    try {
      result = asking.ask();
    } catch (error) {
      throw asking.failed(error);
    }
    return isPromise(result)
      ? result.catch((error: unknown) => {
          throw asking.failed(error);
        })
      : result;
  });
}

/** Rows with changes that a cursor does not show. */
interface RowsToRead {
  /** Trials that their worker may have lost, and running trials whose point may have been stored. */
  readonly fresh: readonly number[];
  /** Trials that another worker may release. */
  readonly watch: readonly number[];
}

class Asking {
  readonly #session: Session;
  readonly #run: AskRun;
  /** Whether points are proposed inside the transaction. */
  readonly #isInside: boolean;
  /** Number of trials of this transaction that will take a point in another one. */
  #reserved = 0;
  readonly #mayDefer: boolean;
  /** Whether the total allows fewer trials than asked for. */
  #isShort = false;
  #swept: Sweep | null = null;
  /** Whether the trials must be asked for in another transaction. */
  #isDeferred = false;
  /** Whether the history contains proposals that the transaction has not committed yet. */
  #isAhead = false;
  /** The first granted trial that got no point because the sampler failed, and why. */
  #failure: { readonly number: number; readonly error: unknown } | null = null;
  /** Granted trials that do not fit the space. */
  readonly #unfit = new Map<number, string>();

  constructor(session: Session, run: AskRun, mayDefer: boolean) {
    this.#session = session;
    this.#run = run;
    this.#mayDefer = mayDefer;
    this.#isInside = session.proposer.proposesInside(run.space?.compiled ?? null);
  }

  ask(): Awaitable<AskedOnce> {
    const session = this.#session;
    const space = this.#run.space?.compiled;
    if (space !== undefined && session.fixed.size > 0) checkFixed(session.fixed, space);
    let reads: RowsToRead = { fresh: noRows, watch: noRows };
    const asked = session.ask({
      fresh: () => {
        reads = this.#rowsToRead();
        return reads.fresh;
      },
      watch: () => reads.watch,
      isOwned: this.#run.owned,
      plan: (trials) => {
        if (space !== undefined) session.requireCompatible(space);
        const { fresh, watch } = reads;
        return this.#plan(
          (row) => fresh.includes(row) || watch.includes(row) || trials.some(({ number }) => number === row),
        );
      },
      fill: this.#isInside || session.proposer.ranks ? (trial) => this.#fill(trial) : null,
    });
    return andThen(asked, (result) => this.#settle(result));
  }

  /** Drops the history if the transaction failed after proposals were mirrored. Returns `error`. */
  failed(error: unknown): unknown {
    if (this.#isAhead) this.#session.forget();
    return error;
  }

  /** What this ask reads beside the changes since the cursor. */
  #rowsToRead(): RowsToRead {
    const { history, workers, proposer } = this.#session;
    if (history.runningRows.size === 0) return { fresh: noRows, watch: noRows };
    const readsPoints = (this.#isInside && proposer.readsRunning) || proposer.ranks;
    const fresh: number[] = [];
    const watch: number[] = [];
    for (const row of history.runningRows) {
      if (workers.active.has(row)) continue;
      const holding = workers.holding(history.owner(row), row);
      // Of a foreign trial, only a heartbeat can change.
      const hasChanged = holding === 'foreign' ? history.hasHeartbeat(row) : holding !== 'held' && holding !== 'plain';
      if (hasChanged || (readsPoints && history.params(row).names.length === 0)) fresh.push(row);
      else if (holding === 'held') watch.push(row);
    }
    return { fresh, watch };
  }

  /** @param isFresh whether a row was read by this ask. The owner of any other row may have changed since. */
  #plan(isFresh: (row: number) => boolean): AskPlan {
    const { history, workers, orphans } = this.#session;
    const { count, total, retry } = this.#run;
    const swept = sweep(history, workers, orphans, isFresh);
    this.#swept = swept;
    const crashes = swept.ended.filter(({ code }) => code === 'crashed').length;
    const most = total === null ? count : Math.max(0, Math.min(count, total - history.spent - swept.held - crashes));
    this.#isShort = most < count;
    // A proposal inside this transaction would not see that trials end in it.
    this.#isDeferred = this.#isInside && this.#mayDefer && swept.ended.length > 0;
    const room = this.#isDeferred ? 0 : most;
    const take = swept.resumable.slice(0, room);
    for (const row of history.waiting) {
      if (take.length >= room) break;
      if (mayStart(history, row, workers.now)) take.push(row);
    }
    const ops = sweepOps(history, swept, take);
    const retries =
      retry === null
        ? []
        : swept.ended.flatMap(({ number, code }) => retryOps(history.record(number), code, retry, workers.now));
    return { write: retries.length === 0 ? ops : [...ops, ...retries], take, create: room - take.length };
  }

  #fill(record: TrialRecord): readonly TrialOp[] | 'exhausted' {
    const session = this.#session;
    const space = this.#run.space?.compiled ?? null;
    let point: Point | 'exhausted' | null;
    try {
      if (!this.#isInside) return session.proposer.isExhausted(record, space, this.#reserved++) ? 'exhausted' : [];
      point = session.proposer.proposeNow(record, space, this.#run.total);
    } catch (error) {
      // A new trial is rolled back with the transaction. Another one would fail every ask, so it ends as failed.
      if (!this.#isOld(record)) throw error;
      return this.#failureOps(record, error);
    }
    if (point === 'exhausted') return point;
    const ops = pointOps(session, record, point);
    if (this.#run.count > 1) {
      // The next proposal of this ask sees this one as pending.
      this.#isAhead = true;
      session.absorb([record]);
      session.mirror(ops);
    }
    return ops;
  }

  /** Whether the trial existed before this ask. */
  #isOld(record: TrialRecord): boolean {
    return this.#isResumed(record.number) || enqueuedParams(record) !== null || record.names.length > 0;
  }

  #isResumed(number: number): boolean {
    return this.#swept?.resumable.includes(number) === true;
  }

  /** The operations that end a granted trial that got no point. */
  #failureOps(record: TrialRecord, error: unknown): TrialOp[] {
    const { number } = record;
    if (this.#isOld(record) && isUnfit(error)) {
      const message = messageOf(error);
      this.#unfit.set(number, message);
      return failureOps(number, 'space-conflict', message);
    }
    this.#failure ??= { number, error };
    return failureOps(number, 'error', messageOf(error));
  }

  #settle({ trials: written, granted, exhausted }: AskResult): Awaitable<AskedOnce> {
    // Other rows are orphans that have ended, and their retries.
    if (written.length > granted.length)
      this.#session.absorb(written.filter(({ number }) => !granted.includes(number)));
    const inOrder =
      written.length === 1 && granted.length === 1
        ? written
        : granted.map((number) => written.find((trial) => trial.number === number) as TrialRecord);
    const end = exhausted ? 'exhausted' : this.#isShort ? 'budget-reached' : null;
    const trials: Trial[] = [];
    return andThen(this.#openAll(inOrder, 0, trials), () => {
      this.#warn(trials.length > 0);
      const failure = this.#failure;
      if (failure !== null && trials.length === 0) throw failure.error;
      const retryIn = trials.length > 0 ? null : nextRetryIn(this.#session.history, this.#session.workers.now);
      return { trials, end, retryIn, isPartial: this.#isDeferred || this.#unfit.size > 0 };
    });
  }

  /** @param hasTrials whether the ask has a result. Otherwise it throws the failure. */
  #warn(hasTrials: boolean): void {
    const { notices } = this.#session;
    const swept = this.#swept as Sweep;
    for (const ended of swept.ended) if (ended.code === 'crashed') warnFailed(notices, ended.number, ended);
    for (const [number, message] of this.#unfit) warnFailed(notices, number, { code: 'space-conflict', message });
    if (hasTrials && this.#failure !== null)
      warnFailed(notices, this.#failure.number, { code: 'error', message: messageOf(this.#failure.error) });
    this.#session.warnStale(swept.stale);
  }

  /** Opens granted trials one after the other. Each sees the points of those before it. */
  #openAll(granted: readonly TrialRecord[], from: number, trials: Trial[]): Awaitable<void> {
    const session = this.#session;
    for (let i = from; i < granted.length; i++) {
      const record = granted[i] as TrialRecord;
      session.absorb([record]);
      if (isFinished(record.state)) continue; // It got no point inside the transaction.
      if (this.#run.owned) session.workers.hold(record.number, null);
      const opened = this.#isInside ? this.#open(record) : this.#proposeAndOpen(record);
      if (isPromise(opened)) {
        return opened.then((trial) => {
          if (trial !== null) trials.push(trial);
          return this.#openAll(granted, i + 1, trials);
        });
      }
      if (opened !== null) trials.push(opened);
    }
  }

  #open(record: TrialRecord): Trial {
    const trial = new Trial(this.#session, record, this.#run, this.#isResumed(record.number));
    if (this.#run.owned) this.#session.workers.hold(record.number, trial.buffer);
    return trial;
  }

  /**
   * Proposes and stores the point of a trial granted without one, and opens the trial. `null` if the trial has failed.
   */
  #proposeAndOpen(record: TrialRecord): Awaitable<Trial | null> {
    try {
      const stored = proposeAndStore(this.#session, record, this.#run.space?.compiled ?? null, this.#run.total);
      const opened = andThen(stored, (settled) => this.#open(settled));
      return isPromise(opened) ? opened.catch((error: unknown) => this.#failTrial(record, error)) : opened;
    } catch (error) {
      return this.#failTrial(record, error);
    }
  }

  /** Ends a granted trial that got no point as failed. */
  #failTrial(record: TrialRecord, error: unknown): Awaitable<null> {
    this.#session.workers.drop(record.number);
    return andThen(this.#session.write(this.#failureOps(record, error)), () => null);
  }
}

/** Whether an error says that a stored or enqueued point does not fit the space. */
function isUnfit(error: unknown): boolean {
  return (
    isAsktellError(error, 'invalid-value') ||
    isAsktellError(error, 'space-conflict') ||
    isAsktellError(error, 'unsatisfiable-space')
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
