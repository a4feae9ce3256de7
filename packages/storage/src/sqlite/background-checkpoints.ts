import { Worker } from 'node:worker_threads';
import type { LoadedLibrary, SqliteLibrary } from './library.ts';

/** Checkpoint states, shared with the worker thread. */
const idle = 0;
const requested = 1;
const running = 2;

/** The `workerData` of the thread. */
interface CheckpointData {
  readonly path: string;
  readonly library: SqliteLibrary;
  /** What the thread loads, see {@link LoadedLibrary}. */
  readonly module: string;
  readonly state: SharedArrayBuffer;
}

/** Maximum time in milliseconds that an exiting process waits for a running checkpoint. Slow disks need seconds. */
const exitTimeoutMs = 30_000;

/**
 * Runs the checkpoints of one database file in a worker thread, so that the event loop never waits for the disk. The
 * thread starts with the first checkpoint and stops after a minute without one. It opens a connection for each
 * checkpoint and never keeps the process alive.
 */
export class BackgroundCheckpoints {
  readonly #path: string;
  readonly #library: Omit<LoadedLibrary, 'open'>;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #broken = false;
  #onIdle: (() => void)[] = [];

  constructor(path: string, library: Omit<LoadedLibrary, 'open'>) {
    this.#path = path;
    this.#library = library;
  }

  /** Requests a checkpoint unless one is requested or running. Returns false if no thread can be started. */
  request(): boolean {
    if (this.#broken) return false;
    if (this.#worker !== null && Atomics.load(this.#state, 0) !== idle) return true;
    try {
      this.#worker ??= this.#start();
      Atomics.store(this.#state, 0, requested);
      this.#worker.postMessage(null);
      return true;
    } catch {
      // Node's permission model can forbid worker threads.
      this.#broken = true;
      return false;
    }
  }

  /**
   * Cancels a requested checkpoint, waits for a running one, and ends the thread. Returns `undefined` if no checkpoint is
   * running.
   */
  stop(): Promise<void> | undefined {
    this.#cancel();
    const worker = this.#worker;
    if (worker === null) return undefined;
    if (Atomics.load(this.#state, 0) === idle) {
      this.#end(worker);
      return undefined;
    }
    worker.ref();
    return new Promise<void>((resolve) => this.#onIdle.push(resolve)).then(() => this.#end(worker));
  }

  /** Synchronous {@link stop} for the exit of the process. Returns false after a timeout. */
  stopNow(): boolean {
    this.#cancel();
    return Atomics.wait(this.#state, 0, running, exitTimeoutMs) !== 'timed-out';
  }

  #cancel(): void {
    Atomics.compareExchange(this.#state, 0, requested, idle);
  }

  #end(worker: Worker): void {
    if (this.#worker === worker) this.#worker = null;
    void worker.terminate();
  }

  #start(): Worker {
    const data: CheckpointData = {
      path: this.#path,
      library: this.#library.name,
      module: this.#library.module,
      state: this.#state.buffer as SharedArrayBuffer,
    };
    // The worker is started from source text, so that it works in sources, in dist and in bundles. It does not inherit
    // the flags and the environment of this process, which may preload modules.
    const worker = new Worker(`(${runCheckpoints.toString()})(require)`, {
      eval: true,
      workerData: data,
      name: 'asktell-checkpoints',
      execArgv: [],
      env: {},
    });
    worker.on('message', () => this.#notifyIdle());
    worker.on('error', () => {
      this.#broken = true;
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      // A checkpoint requested while the thread exited is left to the next request.
      Atomics.store(this.#state, 0, idle);
      this.#notifyIdle();
    });
    // Adding a listener refs the worker again, so this comes last.
    worker.unref();
    return worker;
  }

  #notifyIdle(): void {
    // The message may belong to an earlier checkpoint.
    if (Atomics.load(this.#state, 0) === running) return;
    for (const done of this.#onIdle.splice(0)) done();
  }
}

/** Main function of the thread. It is passed as source text, so it must not refer to anything outside itself. */
function runCheckpoints(require: NodeJS.Require): void {
  const { parentPort, workerData } = require('node:worker_threads') as typeof import('node:worker_threads');
  const { existsSync } = require('node:fs') as typeof import('node:fs');
  const { path, library, module, state } = workerData as CheckpointData;
  type DatabaseClass = new (file: string, options?: object) => import('./driver.ts').SqliteDriver;
  const loaded = (library === 'better-sqlite3' ? require(module) : process.getBuiltinModule(module)) as unknown;
  const word = new Int32Array(state);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const attempts = 20;
  const idleMs = 60_000;

  const open = (): import('./driver.ts').SqliteDriver => {
    // A checkpoint must not create a file that was deleted. node:sqlite has no option for this.
    if (!existsSync(path)) throw new Error('the file was deleted');
    if (library === 'better-sqlite3') return new (loaded as DatabaseClass)(path, { timeout: 0, fileMustExist: true });
    const { DatabaseSync, Database } = loaded as { DatabaseSync: DatabaseClass; Database: DatabaseClass };
    return library === 'node:sqlite' ? new DatabaseSync(path) : new Database(path, { readwrite: true, create: false });
  };

  const checkpoint = (): void => {
    const db = open();
    const first = (sql: string): unknown => {
      const statement = db.prepare(sql) as import('./driver.ts').SqliteStatement & { finalize?: () => void };
      const row = statement.get();
      statement.finalize?.();
      return row;
    };
    try {
      db.exec('PRAGMA busy_timeout = 0');
      db.exec('PRAGMA synchronous = NORMAL');
      // A connection opens the log at its first read.
      first('SELECT count(*) FROM sqlite_master');
      // PASSIVE copies most of the log while other connections write.
      first('PRAGMA wal_checkpoint(PASSIVE)');
      // RESTART copies the rest with the write lock, and succeeds when no connection reads from the log. The timeout is 0
      // and the loop retries, because SQLite would keep the write lock while it waits for readers.
      for (let attempt = 0; attempt < attempts; attempt++) {
        const result = first('PRAGMA wal_checkpoint(RESTART)') as { readonly busy: number };
        if (result.busy !== 1) break;
        Atomics.wait(pause, 0, 0, 1 + 4 * Math.random());
      }
    } finally {
      db.close();
    }
  };

  let end: NodeJS.Timeout | undefined;
  parentPort?.on('message', () => {
    clearTimeout(end);
    if (Atomics.compareExchange(word, 0, 1, 2) === 1) {
      try {
        checkpoint();
      } catch {
        // Committed data stays valid in the log. The next write reports a full disk.
      }
      Atomics.store(word, 0, 0);
      Atomics.notify(word, 0);
      parentPort.postMessage(null);
    }
    end = setTimeout(() => parentPort.close(), idleMs);
  });
}
