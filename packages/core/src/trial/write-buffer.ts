import { andThen, isPromise } from '../awaitable.ts';
import { isAsktellError } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { failureOps } from './outcome.ts';
import type { TrialParams } from './trial-params.ts';

/**
 * Writes behind what a trial has chosen and reported: at the next microtask in one batch, and always before an awaited
 * method resolves. What a write could not store is kept, so that a second try may succeed.
 */
export class TrialWriter {
  readonly #session: Session;
  readonly #number: number;
  readonly #params: TrialParams;
  #pending: TrialOp[] | null = null;
  #flushing: Promise<void> | null = null;
  #scheduled = false;
  /** The conflict that ended the trial. Whoever uses the trial afterwards hears of it. */
  #conflict: unknown;
  #finished = false;

  constructor(session: Session, number: number, params: TrialParams) {
    this.#session = session;
    this.#number = number;
    this.#params = params;
  }

  get isFinished(): boolean {
    return this.#finished;
  }

  /** The trial has been told. */
  finish(): void {
    this.#finished = true;
    this.#session.ownership.release(this.#number);
  }

  /** Adds an operation. Nobody has to await the result: what could not be stored is tried again with the next write. */
  push(op: TrialOp): Promise<void> {
    if (this.#pending === null) this.#pending = [op];
    else this.#pending.push(op);
    return this.next();
  }

  /** Resolves when everything up to now is stored. */
  next(): Promise<void> {
    const done = Promise.resolve().then(() => this.flush());
    done.catch(() => undefined);
    return done;
  }

  /** Sees to it that new parameters are stored soon. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void Promise.resolve().then(() => {
      this.#scheduled = false;
      if (!this.#finished) void this.tryFlush();
    });
  }

  /** Stores what is pending, without an answer: a conflict is thrown by the next awaited call, anything else is tried again then. */
  async tryFlush(): Promise<void> {
    try {
      await this.flush();
    } catch {
      // see `failed`
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

  /** Waits for a write on its way, without starting one. Rejects with what it has met. */
  settle(): Awaitable<void> {
    this.rethrow();
    return this.#flushing ?? undefined;
  }

  /** The conflict that has ended the trial, if there is one. */
  get conflict(): unknown {
    return this.#conflict;
  }

  /** Throws it. */
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
    let written: Awaitable<readonly number[]>;
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

  /** A write of `ops` was refused. When another worker has defined a parameter differently, that ends the trial. Always throws. */
  failed(error: unknown, ops: readonly TrialOp[]): Awaitable<never> {
    this.#restoreOps(ops);
    if (!isAsktellError(error, 'space-conflict')) throw error;
    for (const name of this.#params.names) this.#session.params.forget(name);
    return andThen(this.#session.write(failureOps(this.#number, 'space-conflict', error.message)), () => {
      this.#conflict = error;
      this.finish();
      throw error;
    });
  }
}
