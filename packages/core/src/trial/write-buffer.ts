import { andThen, isPromise } from '../awaitable.ts';
import { isAsktellError } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { failureOps } from './outcome.ts';
import type { TrialParams } from './trial-params.ts';

/**
 * Collects what a trial has chosen and reported, and stores it at the next microtask in one batch, always before an awaited
 * method resolves. What a write could not store is kept, so that the next write tries again.
 */
export class WriteBuffer {
  readonly #session: Session;
  readonly #number: number;
  readonly #params: TrialParams;
  #pending: TrialOp[] | null = null;
  #flushing: Promise<void> | null = null;
  #isScheduled = false;
  /** The conflict that ended the trial. Every later use of the trial throws it. */
  #conflict: unknown;
  #isFinished = false;

  constructor(session: Session, number: number, params: TrialParams) {
    this.#session = session;
    this.#number = number;
    this.#params = params;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** The trial has been told. */
  finish(): void {
    this.#isFinished = true;
    this.#session.workers.release(this.#number);
  }

  /** Adds operations. The result need not be awaited: what could not be stored is tried again with the next write. */
  push(...ops: readonly TrialOp[]): Promise<void> {
    if (this.#pending === null) this.#pending = [...ops];
    else this.#pending.push(...ops);
    return this.next();
  }

  /** Resolves when everything up to now is stored. */
  next(): Promise<void> {
    const done = Promise.resolve().then(() => this.flush());
    done.catch(() => undefined);
    return done;
  }

  /** Has new parameters stored soon. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void Promise.resolve().then(() => {
      this.#isScheduled = false;
      if (!this.#isFinished) void this.tryFlush();
    });
  }

  /** Stores what is pending without an answer. The next awaited call throws a conflict, and tries again after any other error. */
  async tryFlush(): Promise<void> {
    try {
      await this.flush();
    } catch {
      // See `failed`.
    }
  }

  /** What is chosen and reported but not stored yet. */
  takeOps(): TrialOp[] {
    const ops = this.#params.takeOps();
    if (this.#pending !== null) {
      for (const op of this.#pending) ops.push(op);
      this.#pending = null;
    }
    return ops;
  }

  #restoreOps(ops: readonly TrialOp[]): void {
    const others = ops.filter((op) => op.kind === 'report' || op.kind === 'attr');
    this.#params.restore(ops.length - others.length);
    if (others.length > 0) this.#pending = [...others, ...(this.#pending ?? [])];
  }

  /** Waits for a write on its way without starting one. Rejects if that write fails. */
  settle(): Awaitable<void> {
    this.rethrow();
    return this.#flushing ?? undefined;
  }

  /** The conflict that has ended the trial, if there is one. */
  get conflict(): unknown {
    return this.#conflict;
  }

  /** Throws the conflict. */
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

  /** A write of `ops` was refused. If another worker has defined a parameter differently, the trial ends. Always throws. */
  failed(error: unknown, ops: readonly TrialOp[]): Awaitable<never> {
    this.#restoreOps(ops);
    if (!isAsktellError(error, 'space-conflict')) throw error;
    for (const name of this.#params.names) this.#session.distributions.forget(name);
    return andThen(this.#session.write(failureOps(this.#number, 'space-conflict', error.message)), () => {
      this.#conflict = error;
      this.finish();
      throw error;
    });
  }
}
