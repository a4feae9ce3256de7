import { andThen, isPromise } from '../awaitable.ts';
import { isFinished } from '../history/record-store.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import type { OpenAsk } from '../proposal/blind-host.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { AskPlan, AskResult, TrialOp } from '../storage/storage.ts';
import { failureOps } from '../trial/outcome.ts';
import { Trial } from '../trial/trial.ts';
import { warnFailed } from '../trial/warn-failed.ts';

export interface AskRun {
  readonly count: number;
  /** Whether the trials get an owner and a lease. */
  readonly owned: boolean;
  /** Total budget of the study, `null` = none. */
  readonly total: number | null;
  readonly space: DeclaredSpace | null;
}

export interface Asked {
  readonly trials: readonly Trial[];
  /** Why there are fewer trials than asked for. */
  readonly end: 'exhausted' | 'budget-reached' | null;
}

const noRows: readonly number[] = [];
const noOps: readonly TrialOp[] = [];

/** One ask: sweep, claim or create, propose, store the proposals. */
export function askTrials(session: Session, run: AskRun): Awaitable<Asked> {
  return session.exclusively(() => {
    const asking = new Asking(session, run);
    let result: Awaitable<Asked>;
    try {
      result = asking.start();
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

class Asking implements OpenAsk {
  readonly session: Session;
  readonly run: AskRun;
  /** Proposals are made inside the transaction. */
  readonly #inside: boolean;
  #short = false;
  #resumed: readonly number[] = [];
  #tainted = false;
  /** The first granted trial that got no point, and why. */
  #trouble: { readonly number: number; readonly error: unknown } | null = null;

  constructor(session: Session, run: AskRun) {
    this.session = session;
    this.run = run;
    this.#inside = session.host.isInside(run.space);
  }

  start(): Awaitable<Asked> {
    const { space } = this.run;
    const { sampler } = this.session;
    if (space === null || sampler.fixes === undefined) return this.#look();
    return this.session.seldom(({ checkFixes }) => checkFixes(sampler, space.compiled)).then(() => this.#look());
  }

  /** A first look at a big study takes a while: not inside the transaction of an ask. */
  #look(): Awaitable<Asked> {
    const session = this.session;
    if (session.cursor !== null) return this.#ask();
    return andThen(session.storage.pull(session.study.ref, null), (delta) => {
      session.absorb(delta.trials);
      session.cursor = delta.cursor;
      return this.#ask();
    });
  }

  #ask(): Awaitable<Asked> {
    const { storage, study, cursor } = this.session;
    const fresh = this.#freshRows();
    const asked = storage.ask(study.ref, cursor, {
      fresh,
      owner: this.run.owned ? (this.session.ownership.stamp() as unknown as Json) : null,
      plan: (delta) => {
        this.session.absorb(delta.trials);
        this.session.cursor = delta.cursor;
        if (this.run.space !== null) this.session.requireCompatible(this.run.space.compiled);
        return this.#plan((row) => fresh.includes(row) || delta.trials.some(({ number }) => number === row));
      },
      fill: this.#inside ? (trial) => this.#fill(trial) : null,
    });
    return andThen(asked, (result) => this.#settle(result));
  }

  /** A transaction that failed after proposals were mirrored leaves the mirror ahead of the storage. */
  failed(error: unknown): unknown {
    if (this.#tainted) this.session.forget();
    return error;
  }

  /** Rows whose news a cursor does not show: orphans that another worker may have taken, points that may have become known. */
  #freshRows(): readonly number[] {
    const { store, ownership, sampler, host } = this.session;
    if (store.runningRows.size === 0) return noRows;
    const pending = sampler.supports.pending === true || host.avoidsRepeats;
    const rows: number[] = [];
    for (const row of store.runningRows) {
      if ((pending && store.table.names(row).length === 0) || ownership.isLost(store.owner(row), row)) rows.push(row);
    }
    return rows;
  }

  /** `isFresh`: whether a row was read by this very ask. Who owns the others may have changed without their state. */
  #plan(isFresh: (row: number) => boolean): AskPlan {
    const { store, ownership, orphans } = this.session;
    const { count, total } = this.run;
    let lost = noRows;
    let live = 0;
    if (store.runningRows.size > 0) {
      const running = Array.from(store.runningRows);
      lost = running.filter((row) => isFresh(row) && ownership.isLost(store.owner(row), row)).sort((a, b) => a - b);
      live = running.filter((row) => store.owner(row) !== null && !lost.includes(row)).length;
    }
    const room = total === null ? count : Math.max(0, Math.min(count, total - store.spent - live));
    this.#short = room < count;
    if (orphans === 'reclaim') this.#resumed = lost;
    const queue = store.waiting;
    const take = this.#resumed.length + queue.length === 0 ? noRows : [...this.#resumed, ...queue].slice(0, room);
    const fail = orphans === 'fail' ? lost.flatMap((number) => failLost(number)) : noOps;
    return { fail, take, create: room - take.length };
  }

  #fill(record: TrialRecord): readonly TrialOp[] | 'exhausted' {
    const { session } = this;
    let point: Point | 'exhausted' | null;
    try {
      point = session.host.proposeInside(this, record);
    } catch (error) {
      // A new trial vanishes with the transaction. One from the queue would meet the same error again and again.
      if (session.fixedParams(record) === null) throw error;
      this.blame(record.number, error);
      return failureOps(record.number, 'error', messageOf(error));
    }
    if (point === 'exhausted') return point;
    const ops = session.host.opsFor(this, record, point);
    if (this.run.count > 1) {
      // The next proposal of this ask sees this one as pending.
      this.#tainted = true;
      session.absorb([record]);
      session.mirror(ops);
    }
    return ops;
  }

  #settle(result: AskResult): Awaitable<Asked> {
    const session = this.session;
    session.cursor = result.cursor;
    const { trials: written, granted } = result;
    // The others are orphans that have failed.
    if (written.length > granted.length) session.absorb(written.filter(({ number }) => !granted.includes(number)));
    const inOrder =
      written.length === 1 && granted.length === 1
        ? written
        : granted.map((number) => written.find((trial) => trial.number === number) as TrialRecord);
    const end = result.exhausted ? 'exhausted' : this.#short ? 'budget-reached' : null;
    const trials: Trial[] = [];
    return andThen(this.#open(inOrder, 0, trials), () => {
      const trouble = this.#trouble;
      if (trouble === null) return { trials, end };
      if (trials.length === 0) throw trouble.error;
      warnFailed(session, trouble.number, { code: 'error', message: messageOf(trouble.error) });
      return { trials, end };
    });
  }

  /** Opens granted trials one after the other, each seeing the points of those before it. */
  #open(granted: readonly TrialRecord[], from: number, trials: Trial[]): Awaitable<void> {
    const session = this.session;
    for (let i = from; i < granted.length; i++) {
      const record = granted[i] as TrialRecord;
      session.absorb([record]);
      if (isFinished(record.state)) continue; // it got no point inside the transaction
      if (this.run.owned) session.ownership.hold(record.number, session);
      const opened = this.#inside ? this.open(record) : session.host.openOutside(this, record);
      if (isPromise(opened)) {
        return opened.then((trial) => {
          if (trial !== null) trials.push(trial);
          return this.#open(granted, i + 1, trials);
        });
      }
      if (opened !== null) trials.push(opened);
    }
  }

  open(record: TrialRecord): Trial {
    return new Trial(this.session, record, this.run, this.#resumed.includes(record.number));
  }

  blame(number: number, error: unknown): void {
    this.#trouble ??= { number, error };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failLost(number: number): TrialOp[] {
  return failureOps(number, 'lost', 'The process that ran this trial is gone.');
}
