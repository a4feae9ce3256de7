import { andThen, isPromise } from '../awaitable.ts';
import { isAsktellError } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { failureOps } from '../workers/ending.ts';
import type { HeldTrial } from '../workers/ownership.ts';
import { RefusedWrite } from './refused-write.ts';
import type { TrialParams } from './trial-params.ts';

/**
 * Collects the parameters, reports and attributes of a trial, and stores them in one batch at the next microtask,
 * always before an awaited method resolves. The operations of a failed write are kept, and the next write tries again.
 */
export class WriteBuffer implements HeldTrial {
  readonly #session: Session;
  readonly #number: number;
  readonly #params: TrialParams;
  #pending: TrialOp[] | null = null;
  #flushing: Promise<void> | null = null;
  #isScheduled = false;
  /** The conflict that ended the trial. Every later use of the trial throws it. */
  #conflict: unknown;
  #isFinished = false;
  /** Refused calls. The trial fails if one of them is not awaited. */
  #refused: { readonly error: unknown; readonly call: RefusedWrite<unknown> }[] | null = null;
  /** The error with which the storage has refused an operation. */
  #refusal: unknown;

  constructor(session: Session, number: number, params: TrialParams) {
    this.#session = session;
    this.#number = number;
    this.#params = params;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Marks the trial as finished and ends its lease. */
  finish(): void {
    this.#isFinished = true;
    this.#session.workers.drop(this.#number);
  }

  /** The result of a call that refuses its arguments. */
  refuse<T>(error: unknown): Promise<T> {
    const call = RefusedWrite.of<T>(error);
    // A trial that has ended cannot fail any more.
    if (!this.#isFinished) {
      this.#refused ??= [];
      this.#refused.push({ error, call });
    }
    return call;
  }

  /** The error of a write that was refused without the caller noticing; `undefined` if there is none. */
  get refusal(): unknown {
    return this.#refusal ?? this.#refused?.find(({ call }) => !call.isObserved)?.error;
  }

  /** Adds operations to the next write. */
  add(ops: readonly TrialOp[]): void {
    this.#pending = [...(this.#pending ?? []), ...ops];
  }

  /** Adds operations. The result need not be awaited: the next write tries again after a failure. */
  push(...ops: readonly TrialOp[]): Promise<void> {
    this.add(ops);
    return this.next();
  }

  /** Resolves when everything added so far is stored. */
  next(): Promise<void> {
    const done = Promise.resolve().then(() => this.flush());
    done.catch(() => undefined);
    return done;
  }

  /** Schedules a write of new parameters at the next microtask. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void Promise.resolve().then(() => {
      this.#isScheduled = false;
      if (!this.#isFinished) void this.tryFlush();
    });
  }

  /** Stores what is pending and ignores errors. The next awaited call throws a conflict, and retries other failures. */
  async tryFlush(): Promise<void> {
    try {
      await this.flush();
    } catch {
      // See `failed`.
    }
  }

  /** Takes the operations that are not stored yet. */
  takeOps(): TrialOp[] {
    const ops = this.#params.takeOps();
    if (this.#pending !== null) {
      for (const op of this.#pending) ops.push(op);
      this.#pending = null;
    }
    return ops;
  }

  /** Undoes {@link takeOps}. */
  restoreOps(ops: readonly TrialOp[]): void {
    const others = ops.filter((op) => op.kind === 'report' || op.kind === 'attr');
    this.#params.restore(ops.length - others.length);
    if (others.length > 0) this.#pending = [...others, ...(this.#pending ?? [])];
  }

  /** Waits for a write in progress, if there is one, and rejects if it fails. Throws the conflict, if there is one. */
  settle(): Awaitable<void> {
    this.rethrow();
    return this.#flushing ?? undefined;
  }

  /** The conflict that has ended the trial, if there is one. */
  get conflict(): unknown {
    return this.#conflict;
  }

  /** Throws the conflict, if there is one. */
  rethrow(): void {
    if (this.#conflict !== undefined) throw this.#conflict;
  }

  /** Stores what is pending. */
  flush(): Awaitable<void> {
    if (this.#flushing !== null) return this.#flushing.then(() => this.flush());
    this.rethrow();
    const ops = this.takeOps();
    if (ops.length === 0) return;
    const session = this.#session;
    let written: Awaitable<unknown>;
    try {
      written = session.write(ops);
    } catch (error) {
      return this.failed(error, ops);
    }
    if (!isPromise(written)) {
      session.mirror(ops);
      return;
    }
    const flushing: Promise<void> = written.then(
      () => {
        this.#flushing = null;
        session.mirror(ops);
      },
      (error: unknown) => {
        this.#flushing = null;
        return this.failed(error, ops);
      },
    );
    this.#flushing = flushing;
    flushing.catch(() => undefined);
    return flushing;
  }

  /** Whether the storage refused an operation as invalid. It is not written again, and the trial fails. */
  drops(error: unknown): boolean {
    if (!isAsktellError(error, 'invalid-value') && !isAsktellError(error, 'invalid-argument')) return false;
    this.#refusal ??= error;
    return true;
  }

  /**
   * Handles a failed write of `ops`: keeps them, drops them if they are invalid, or ends the trial after a space
   * conflict. Always throws.
   */
  failed(error: unknown, ops: readonly TrialOp[]): Awaitable<never> {
    if (this.drops(error)) throw error;
    this.restoreOps(ops);
    // Only what is stored binds.
    for (const op of ops) if (op.kind === 'param') this.#session.distributions.forget(op.name);
    if (!isAsktellError(error, 'space-conflict')) throw error;
    return andThen(this.#session.write(failureOps(this.#number, 'space-conflict', error.message)), () => {
      this.#conflict = error;
      this.finish();
      throw error;
    });
  }
}
