import { requireInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { isFinished } from '../history/history-store.ts';
import { readNote, type TrialNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import { type CompiledSpace, isActive } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { keys } from '../storage/keys.ts';
import type { AskPlan, AskResult, TrialOp } from '../storage/storage.ts';
import { andThen, isPromise } from './awaitable.ts';
import type { Point } from './judge.ts';
import { failureOps } from './outcome.ts';
import { proposeObserved, proposePoint } from './propose.ts';
import type { SampleTask } from './sampling.ts';
import type { Session } from './session.ts';
import { Trial } from './trial.ts';
import { warnFailed } from './warn-failed.ts';

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
const noChosen: ReadonlyMap<string, Scalar> = new Map();

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

class Asking {
  readonly #session: Session;
  readonly #run: AskRun;
  /** Proposals are made inside the transaction: by samplers that must, where duplicates are avoided, and one by one, which is cheap. */
  readonly #inside: boolean;
  #short = false;
  #resumed: readonly number[] = [];
  #tainted = false;
  /** The first granted trial that got no point, and why. */
  #trouble: { readonly number: number; readonly error: unknown } | null = null;

  constructor(session: Session, run: AskRun) {
    this.#session = session;
    this.#run = run;
    const { supports, propose } = session.sampler;
    this.#inside =
      supports.exclusive === true || session.host.avoidsRepeats || (run.space !== null && propose === undefined);
  }

  start(): Awaitable<Asked> {
    const { space } = this.#run;
    const { sampler } = this.#session;
    if (space === null || sampler.fixes === undefined) return this.#look();
    return this.#session.seldom(({ checkFixes }) => checkFixes(sampler, space.compiled)).then(() => this.#look());
  }

  /** A first look at a big study takes a while: not inside the transaction of an ask. */
  #look(): Awaitable<Asked> {
    const session = this.#session;
    if (session.cursor !== null) return this.#ask();
    return andThen(session.storage.pull(session.study.ref, null), (delta) => {
      session.absorb(delta.trials);
      session.cursor = delta.cursor;
      return this.#ask();
    });
  }

  #ask(): Awaitable<Asked> {
    const { storage, study, cursor } = this.#session;
    const fresh = this.#freshRows();
    const asked = storage.ask(study.ref, cursor, {
      fresh,
      owner: this.#run.owned ? (this.#session.ownership.stamp() as unknown as Json) : null,
      plan: (delta) => {
        this.#session.absorb(delta.trials);
        this.#session.cursor = delta.cursor;
        if (this.#run.space !== null) this.#session.requireCompatible(this.#run.space.compiled);
        return this.#plan((row) => fresh.includes(row) || delta.trials.some(({ number }) => number === row));
      },
      fill: this.#inside ? (trial) => this.#fill(trial) : null,
    });
    return andThen(asked, (result) => this.#settle(result));
  }

  /** A transaction that failed after proposals were mirrored leaves the mirror ahead of the storage. */
  failed(error: unknown): unknown {
    if (this.#tainted) this.#session.forget();
    return error;
  }

  /** Rows whose news a cursor does not show: orphans that another worker may have taken, points that may have become known. */
  #freshRows(): readonly number[] {
    const { store, ownership, sampler, host } = this.#session;
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
    const { store, ownership, orphans } = this.#session;
    const { count, total } = this.#run;
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
    let point: Awaitable<Point | 'exhausted' | null>;
    try {
      point = this.#propose(record);
    } catch (error) {
      // A new trial vanishes with the transaction. One from the queue would meet the same error again and again.
      if (this.#session.fixedParams(record) === null) throw error;
      this.#trouble ??= { number: record.number, error };
      return failureOps(record.number, 'error', messageOf(error));
    }
    if (isPromise(point)) {
      point.catch(() => undefined); // nobody waits for it
      const why = this.#session.sampler.supports.exclusive === true ? 'is exclusive' : "runs under duplicates: 'avoid'";
      throw new AsktellError(
        'unsupported',
        `Sampler ${show(this.#session.sampler.name)} ${why} and must propose synchronously, but it returned a promise.`,
      );
    }
    if (point === 'exhausted') return point;
    const ops = this.#ops(record, point);
    if (this.#run.count > 1) {
      // The next proposal of this ask sees this one as pending.
      this.#tainted = true;
      this.#session.absorb([record]);
      this.#session.mirror(ops);
    }
    return ops;
  }

  /** The point of a granted trial, `null` when there is nothing to propose now. */
  #propose(record: TrialRecord): Awaitable<Point | 'exhausted' | null> {
    const { host } = this.#session;
    const declared = this.#run.space;
    if (declared !== null) {
      const { compiled } = declared;
      const fixed = this.#fixed(record, compiled);
      if (this.#isComplete(record, compiled)) return null;
      return proposePoint(host, this.#task(record, compiled, fixed));
    }
    if (
      (host.sampler.propose === undefined && !host.avoidsRepeats) ||
      record.names.length > 0 ||
      readNote(record.systemAttrs?.get(keys.note)) !== undefined
    )
      return null;
    const space = host.observedAt(record.startedAt as number);
    if (space.params.length === 0 && host.sampler.supports.exclusive !== true) return null;
    return proposeObserved(host, this.#task(record, space, this.#fixed(record, space)));
  }

  #task(record: TrialRecord, space: CompiledSpace, fixed: Float64Array): SampleTask {
    return {
      number: record.number,
      startedAt: record.startedAt as number,
      space,
      fixed,
      enqueued: this.#session.fixedParams(record),
      chosen: () => noChosen,
      note: () => undefined,
      pending: null,
      total: this.#run.total,
    };
  }

  /** What is settled already: enqueued values, those that an earlier worker of this trial has stored, and those that the sampler fixes. */
  #fixed(record: TrialRecord, space: CompiledSpace): Float64Array {
    const fixed = new Float64Array(space.params.length).fill(Number.NaN);
    const given = this.#session.fixedParams(record);
    const { fixes } = this.#session.sampler;
    if (given === null && fixes === undefined && record.names.length === 0) return fixed;
    space.params.forEach(({ name, dist }, i) => {
      const stored = record.names.indexOf(name);
      if (stored >= 0) fixed[i] = record.x[stored] as number;
      else {
        const from = given?.has(name) ? given : fixes;
        if (!from?.has(name)) return;
        // Ranges of suggested parameters may have moved: then it is no member yet, and no matter yet.
        if (space.origin === 'observed') fixed[i] = toInternal(dist, from.get(name));
        else fixed[i] = requireInternal(dist, name, from.get(name));
      }
    });
    return fixed;
  }

  /** Whether every active parameter of the space is stored: a trial that comes back, or a retried one. */
  #isComplete(record: TrialRecord, space: CompiledSpace): boolean {
    if (record.names.length === 0) return false;
    const x = space.params.map(({ name }) => {
      const at = record.names.indexOf(name);
      return at < 0 ? Number.NaN : (record.x[at] as number);
    });
    return x.every((value, i) => !Number.isNaN(value) || !isActive(space, i, x));
  }

  /** What is to be stored with a granted trial. */
  #ops(record: TrialRecord, point: Point | null): TrialOp[] {
    const ops = point === null ? [] : this.#pointOps(record, point);
    const { generationKey: key } = this.#session.sampler;
    // A trial that comes back, or is retried, has its number.
    if (key !== undefined && record.systemAttrs?.has(key) !== true) {
      const value = this.#session.host.generationAt(record.startedAt as number, key);
      ops.push({ kind: 'attr', number: record.number, scope: 'system', key, value });
    }
    return ops;
  }

  #pointOps(record: TrialRecord, point: Point): TrialOp[] {
    const { number } = record;
    const ops: TrialOp[] = [];
    const declared = this.#run.space?.compiled;
    if (declared !== undefined) {
      declared.params.forEach(({ name, dist }, i) => {
        const x = point.x[i] as number;
        if (!Number.isNaN(x) && !record.names.includes(name)) ops.push({ kind: 'param', number, name, dist, x });
      });
    }
    const note = this.#note(record, point);
    if (note !== null)
      ops.push({ kind: 'attr', number, scope: 'system', key: keys.note, value: note as unknown as Json });
    return ops;
  }

  #note(record: TrialRecord, point: Point): TrialNote | null {
    const note: { -readonly [K in keyof TrialNote]: TrialNote[K] } = {};
    if (this.#run.space === null) {
      const { params } = this.#session.host.observedAt(record.startedAt as number);
      const proposal: { [name: string]: Scalar } = {};
      params.forEach(({ name, dist }, i) => {
        const x = point.x[i] as number;
        if (!Number.isNaN(x)) proposal[name] = toExternal(dist, x);
      });
      if (Object.keys(proposal).length > 0) note.proposal = proposal;
    }
    if (point.note !== undefined) note.sampler = point.note;
    if (point.pending !== null && point.pending.length > 0) note.pending = point.pending;
    return Object.keys(note).length === 0 ? null : note;
  }

  #settle(result: AskResult): Awaitable<Asked> {
    const session = this.#session;
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
    const session = this.#session;
    for (let i = from; i < granted.length; i++) {
      const record = granted[i] as TrialRecord;
      session.absorb([record]);
      if (isFinished(record.state)) continue; // it got no point inside the transaction
      if (this.#run.owned) session.ownership.hold(record.number, session);
      if (this.#inside) {
        trials.push(this.#trial(record));
        continue;
      }
      const opened = this.#finishProposal(record);
      if (isPromise(opened)) {
        return opened.then((trial) => {
          if (trial !== null) trials.push(trial);
          return this.#open(granted, i + 1, trials);
        });
      }
      if (opened !== null) trials.push(opened);
    }
  }

  #finishProposal(record: TrialRecord): Awaitable<Trial | null> {
    const session = this.#session;
    let point: Awaitable<Point | 'exhausted' | null>;
    try {
      point = this.#propose(record);
    } catch (error) {
      return this.#giveUp(record, error);
    }
    if (point === null && session.sampler.generationKey === undefined) return this.#trial(record);
    const store = (settled: Point | 'exhausted' | null): Awaitable<Trial | null> => {
      if (settled === 'exhausted') {
        throw new AsktellError(
          'unsupported',
          `Sampler ${show(session.sampler.name)} is exhausted but not exclusive; only exclusive samplers can end a study.`,
        );
      }
      const ops = this.#ops(record, settled);
      if (ops.length === 0) return this.#trial(record);
      return andThen(session.write(ops), () => {
        session.mirror(ops);
        return this.#trial(session.store.record(record.number));
      });
    };
    try {
      const stored = andThen(point, store);
      return isPromise(stored) ? stored.catch((error: unknown) => this.#giveUp(record, error)) : stored;
    } catch (error) {
      return this.#giveUp(record, error);
    }
  }

  #trial(record: TrialRecord): Trial {
    return new Trial(this.#session, record, this.#run, this.#resumed.includes(record.number));
  }

  /** The trial exists but got no point: it ends as failed rather than stay behind as a riddle. */
  #giveUp(record: TrialRecord, error: unknown): Awaitable<null> {
    const session = this.#session;
    session.ownership.release(record.number);
    this.#trouble ??= { number: record.number, error };
    return andThen(session.write(failureOps(record.number, 'error', messageOf(error))), () => null);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failLost(number: number): TrialOp[] {
  return failureOps(number, 'lost', 'The process that ran this trial is gone.');
}
