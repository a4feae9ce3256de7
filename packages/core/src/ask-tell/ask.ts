import { keys } from '../attribute-keys.ts';
import { andThen, isPromise } from '../awaitable.ts';
import { type Checks, check } from '../checks/checks.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialNote } from '../history/note.ts';
import { isFinished, type TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import { checkFixed, enqueuedParams } from '../proposal/request.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { AskPlan, AskResult, TrialOp } from '../storage/storage.ts';
import { failureOps, warnFailed } from '../trial/outcome.ts';
import { Trial } from '../trial/trial.ts';

/** Options of `study.ask`. */
export interface AskOptions {
  /**
   * Number of trials from one transaction. Each proposal sees the earlier ones as pending. The result is an array,
   * which is shorter when the sampler or the total runs out. Default: one trial, not in an array.
   */
  readonly count?: number;
  /**
   * Maximum number of trials of the study. `ask` rejects with `budget-reached` when it is reached. Default: no limit.
   */
  readonly total?: number;
  /**
   * Whether the trials get a lease, so that another worker takes them over if this process dies. Default `false`: they
   * stay running until they are told.
   */
  readonly lease?: boolean;
}

export const askChecks: Checks<AskOptions> = { count: check.count(1), total: check.count(0), lease: check.boolean };

export interface AskRun {
  readonly count: number;
  /** Whether the trials get an owner and a lease. */
  readonly owned: boolean;
  /** Maximum number of trials of the study, `null` = no limit. */
  readonly total: number | null;
  readonly space: DeclaredSpace | null;
}

export interface Asked {
  readonly trials: readonly Trial[];
  /** Why there are fewer trials than asked for; `null` if there are not. */
  readonly end: 'exhausted' | 'budget-reached' | null;
}

const noRows: readonly number[] = [];
const noOps: readonly TrialOp[] = [];

/**
 * One ask: sweep orphans, claim or create trials, propose their points, store the points.
 * @throws AsktellError `invalid-value`, `space-conflict`, `unsatisfiable-space`, and what the sampler and the storage
 *   throw
 */
export function askTrials(session: Session, run: AskRun): Awaitable<Asked> {
  return session.exclusively(() => {
    const asking = new Asking(session, run);
    let result: Awaitable<Asked>;
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

/** The error of an ask that gave no trial. */
export function noMoreTrials(session: Session, end: Asked['end'], total: number | null): AsktellError {
  const study = show(session.study.ref.name);
  if (end === 'budget-reached')
    return new AsktellError(
      end,
      `Study ${study} has reached its total of ${total} trials. Raise the total to continue.`,
    );
  const cure = session.duplicates === 'avoid' ? " Open it with duplicates: 'allow' to try points again." : '';
  return new AsktellError(
    'exhausted',
    `Sampler ${show(session.sampler.name)} has nothing left to propose for study ${study}: every point has been tried or is being tried.${cure}`,
  );
}

class Asking {
  readonly #session: Session;
  readonly #run: AskRun;
  /** Whether points are proposed inside the transaction. */
  readonly #isInside: boolean;
  /** Whether the total allows fewer trials than asked for. */
  #isShort = false;
  #resumed: readonly number[] = [];
  /** Whether the history contains proposals that the transaction has not committed yet. */
  #isAhead = false;
  /** The first granted trial that got no point, and why. */
  #failure: { readonly number: number; readonly error: unknown } | null = null;

  constructor(session: Session, run: AskRun) {
    this.#session = session;
    this.#run = run;
    this.#isInside = session.proposer.proposesInside(run.space?.compiled ?? null);
  }

  ask(): Awaitable<Asked> {
    const session = this.#session;
    const space = this.#run.space?.compiled;
    if (space !== undefined && session.fixed.size > 0) checkFixed(session.fixed, space);
    let fresh = noRows;
    const asked = session.ask({
      fresh: () => {
        fresh = this.#freshRows();
        return fresh;
      },
      isOwned: this.#run.owned,
      plan: (trials) => {
        if (space !== undefined) session.requireCompatible(space);
        return this.#plan((row) => fresh.includes(row) || trials.some(({ number }) => number === row));
      },
      fill: this.#isInside ? (trial) => this.#fill(trial) : null,
    });
    return andThen(asked, (result) => this.#settle(result));
  }

  /** Drops the history if the transaction failed after proposals were mirrored. Returns `error`. */
  failed(error: unknown): unknown {
    if (this.#isAhead) this.#session.forget();
    return error;
  }

  /**
   * Rows with changes that a cursor does not show: orphans that another worker may have taken over, and running trials
   * whose point may have been stored.
   */
  #freshRows(): readonly number[] {
    const { history, workers, sampler, proposer } = this.#session;
    if (history.runningRows.size === 0) return noRows;
    const readsPoints = sampler.supports.pending === true || proposer.avoidsRepeats;
    const rows: number[] = [];
    for (const row of history.runningRows) {
      const isUnknown = readsPoints && history.params(row).names.length === 0;
      if (isUnknown || workers.isOrphan(history.owner(row), row)) rows.push(row);
    }
    return rows;
  }

  /** @param isFresh whether a row was read by this ask. The owner of any other row may have changed since. */
  #plan(isFresh: (row: number) => boolean): AskPlan {
    const { history, workers, orphans } = this.#session;
    const { count, total } = this.#run;
    let lost = noRows;
    let live = 0;
    if (history.runningRows.size > 0) {
      const running = Array.from(history.runningRows);
      lost = running.filter((row) => isFresh(row) && workers.isOrphan(history.owner(row), row)).sort((a, b) => a - b);
      live = running.filter((row) => history.owner(row) !== null && !lost.includes(row)).length;
    }
    const room = total === null ? count : Math.max(0, Math.min(count, total - history.spent - live));
    this.#isShort = room < count;
    if (orphans === 'reclaim') this.#resumed = lost;
    const queue = history.waiting;
    const take = this.#resumed.length + queue.length === 0 ? noRows : [...this.#resumed, ...queue].slice(0, room);
    const fail = orphans === 'fail' ? lost.flatMap((number) => orphanFailureOps(number)) : noOps;
    return { fail, take, create: room - take.length };
  }

  #fill(record: TrialRecord): readonly TrialOp[] | 'exhausted' {
    const session = this.#session;
    let point: Point | 'exhausted' | null;
    try {
      point = session.proposer.proposeNow(record, this.#run.space?.compiled ?? null, this.#run.total);
    } catch (error) {
      // A new trial is rolled back with the transaction. One from the queue would fail every ask, so it ends as failed.
      if (enqueuedParams(record) === null) throw error;
      this.#recordFailure(record.number, error);
      return failureOps(record.number, 'error', messageOf(error));
    }
    if (point === 'exhausted') return point;
    const ops = pointOps(record, point);
    if (this.#run.count > 1) {
      // The next proposal of this ask sees this one as pending.
      this.#isAhead = true;
      session.absorb([record]);
      session.mirror(ops);
    }
    return ops;
  }

  #settle({ trials: written, granted, exhausted }: AskResult): Awaitable<Asked> {
    // Other rows are orphans that were ended as failed.
    if (written.length > granted.length)
      this.#session.absorb(written.filter(({ number }) => !granted.includes(number)));
    const inOrder =
      written.length === 1 && granted.length === 1
        ? written
        : granted.map((number) => written.find((trial) => trial.number === number) as TrialRecord);
    const end = exhausted ? 'exhausted' : this.#isShort ? 'budget-reached' : null;
    const trials: Trial[] = [];
    return andThen(this.#openAll(inOrder, 0, trials), () => {
      const failure = this.#failure;
      if (failure === null) return { trials, end };
      if (trials.length === 0) throw failure.error;
      warnFailed(this.#session.output, failure.number, { code: 'error', message: messageOf(failure.error) });
      return { trials, end };
    });
  }

  /** Opens granted trials one after the other. Each sees the points of those before it. */
  #openAll(granted: readonly TrialRecord[], from: number, trials: Trial[]): Awaitable<void> {
    const session = this.#session;
    for (let i = from; i < granted.length; i++) {
      const record = granted[i] as TrialRecord;
      session.absorb([record]);
      if (isFinished(record.state)) continue; // It got no point inside the transaction.
      if (this.#run.owned) session.workers.hold(record.number);
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
    return new Trial(this.#session, record, this.#run, this.#resumed.includes(record.number));
  }

  /**
   * Proposes and stores the point of a trial granted without one, and opens the trial. `null` if the trial has failed.
   */
  #proposeAndOpen(record: TrialRecord): Awaitable<Trial | null> {
    try {
      const point = this.#session.proposer.propose(record, this.#run.space?.compiled ?? null, this.#run.total);
      const opened = andThen(point, (settled) => this.#storeAndOpen(record, settled));
      return isPromise(opened) ? opened.catch((error: unknown) => this.#failTrial(record, error)) : opened;
    } catch (error) {
      return this.#failTrial(record, error);
    }
  }

  #storeAndOpen(record: TrialRecord, point: Point | 'exhausted' | null): Awaitable<Trial> {
    const session = this.#session;
    if (point === 'exhausted')
      throw new AsktellError(
        'unsupported',
        `Sampler ${show(session.sampler.name)} is exhausted but not exclusive. Only exclusive samplers can end a study.`,
      );
    const ops = pointOps(record, point);
    if (ops.length === 0) return this.#open(record);
    return andThen(session.write(ops), () => {
      session.mirror(ops);
      return this.#open(session.history.record(record.number));
    });
  }

  /** Ends a granted trial that got no point as failed. */
  #failTrial({ number }: TrialRecord, error: unknown): Awaitable<null> {
    this.#session.workers.release(number);
    this.#recordFailure(number, error);
    return andThen(this.#session.write(failureOps(number, 'error', messageOf(error))), () => null);
  }

  #recordFailure(number: number, error: unknown): void {
    this.#failure ??= { number, error };
  }
}

/** The operations that store the point of a trial. */
function pointOps({ number, names, systemAttrs }: TrialRecord, point: Point | null): TrialOp[] {
  const ops: TrialOp[] = [];
  if (point === null) return ops;
  const { space, x, attrs } = point;
  if (space.origin === 'declared')
    space.params.forEach(({ name, dist }, i) => {
      const value = x[i] as number;
      if (!Number.isNaN(value) && !names.includes(name)) ops.push({ kind: 'param', number, name, dist, x: value });
    });
  const note = noteOf(point);
  if (note !== null)
    ops.push({ kind: 'attr', number, scope: 'system', key: keys.note, value: note as unknown as Json });
  // A trial that was resumed, or retried by Optuna, keeps what it has.
  for (const key in attrs)
    if (systemAttrs?.has(key) !== true)
      ops.push({ kind: 'attr', number, scope: 'system', key, value: attrs[key] as Json });
  return ops;
}

function noteOf({ space, x, note: sampler, pending }: Point): TrialNote | null {
  const note: { -readonly [K in keyof TrialNote]: TrialNote[K] } = {};
  if (space.origin === 'observed') {
    const proposal: { [name: string]: Scalar } = {};
    space.params.forEach(({ name, dist }, i) => {
      const value = x[i] as number;
      if (!Number.isNaN(value)) proposal[name] = toExternal(dist, value);
    });
    if (Object.keys(proposal).length > 0) note.proposal = proposal;
  }
  if (sampler !== undefined) note.sampler = sampler;
  if (pending !== null && pending.length > 0) note.pending = pending;
  return Object.keys(note).length === 0 ? null : note;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function orphanFailureOps(number: number): TrialOp[] {
  return failureOps(number, 'lost', 'The process that ran this trial is gone.');
}
