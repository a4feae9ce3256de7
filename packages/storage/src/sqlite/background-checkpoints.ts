import { Worker } from 'node:worker_threads';

/** States of the shared word: nothing to do; asked for, not begun; under way. */
const idle = 0;
const asked = 1;
const underWay = 2;

/** What the thread gets. */
interface Order {
  readonly path: string;
  /** Path of the module better-sqlite3. */
  readonly driver: string;
  readonly state: SharedArrayBuffer;
}

/** Milliseconds that the end of a process waits for a checkpoint that is under way: on a slow disk that is not soon over. */
const patienceMs = 30_000;

/**
 * Checkpoints of one database file in a thread of their own, so that nobody's event loop waits for the disk. The thread
 * starts with the first of them, has a connection only while it makes one, ends by itself when there is nothing to do,
 * and never keeps a process alive.
 */
export class BackgroundCheckpoints {
  readonly #path: string;
  readonly #driver: string;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #broken = false;
  #waiting: (() => void)[] = [];

  /** @param driver path of the module better-sqlite3 */
  constructor(path: string, driver: string) {
    this.#path = path;
    this.#driver = driver;
  }

  /** Asks for a checkpoint, unless one is under way. Returns false where threads cannot be had. */
  request(): boolean {
    if (this.#broken) return false;
    if (this.#worker !== null && Atomics.load(this.#state, 0) !== idle) return true;
    try {
      this.#worker ??= this.#start();
      Atomics.store(this.#state, 0, asked);
      this.#worker.postMessage(null);
      return true;
    } catch {
      // A program may be forbidden to start threads.
      this.#broken = true;
      return false;
    }
  }

  /** Calls off what has not begun, waits for what has, and ends the thread. Nothing to wait for: at once. */
  stop(): Promise<void> | undefined {
    this.#callOff();
    const worker = this.#worker;
    if (worker === null) return undefined;
    if (Atomics.load(this.#state, 0) === idle) {
      this.#end(worker);
      return undefined;
    }
    worker.ref();
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#end(worker));
  }

  /** The same for the end of the process, when nothing asynchronous happens any more. Returns false if that took too long. */
  stopNow(): boolean {
    this.#callOff();
    return Atomics.wait(this.#state, 0, underWay, patienceMs) !== 'timed-out';
  }

  #callOff(): void {
    Atomics.compareExchange(this.#state, 0, asked, idle);
  }

  #end(worker: Worker): void {
    if (this.#worker === worker) this.#worker = null;
    void worker.terminate();
  }

  #start(): Worker {
    const order: Order = { path: this.#path, driver: this.#driver, state: this.#state.buffer as SharedArrayBuffer };
    // From its text, so that it runs from sources, from dist and out of bundles alike; without flags and environment of
    // this process, which may preload modules.
    const worker = new Worker(`(${makeCheckpoints.toString()})(require)`, {
      eval: true,
      workerData: order,
      name: 'asktell-checkpoints',
      execArgv: [],
      env: {},
    });
    worker.on('message', () => this.#settled());
    worker.on('error', () => {
      this.#broken = true;
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      // What was asked for while it ended is left to the next request.
      Atomics.store(this.#state, 0, idle);
      this.#settled();
    });
    // After the listeners, which would undo it.
    worker.unref();
    return worker;
  }

  #settled(): void {
    // The message may be of an earlier checkpoint than the one that is waited for.
    if (Atomics.load(this.#state, 0) === underWay) return;
    for (const done of this.#waiting.splice(0)) done();
  }
}

/** Runs in the thread, from its text: refers to nothing outside. */
function makeCheckpoints(require: NodeJS.Require): void {
  const { parentPort, workerData } = require('node:worker_threads') as typeof import('node:worker_threads');
  const { path, driver, state } = workerData as Order;
  const Database = require(driver) as typeof import('better-sqlite3');
  const word = new Int32Array(state);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const attempts = 20;
  const idleMs = 60_000;

  const checkpoint = (): void => {
    const db = new Database(path, { timeout: 0, fileMustExist: true });
    try {
      db.pragma('synchronous = NORMAL');
      // A connection knows that there is a log only when it has read.
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      // Most of it while others write.
      db.pragma('wal_checkpoint(PASSIVE)');
      // The rest while they wait and nobody reads from the log: only then can it begin anew. Tried again and again, as
      // SQLite would keep the lock of the writers while it waits for a reader.
      for (let attempt = 0; attempt < attempts; attempt++) {
        const [result] = db.pragma('wal_checkpoint(RESTART)') as readonly { readonly busy: number }[];
        if (result?.busy !== 1) break;
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
        // What was committed is in the log and stays valid; a disk that is full will say so to the next write.
      }
      Atomics.store(word, 0, 0);
      Atomics.notify(word, 0);
      parentPort.postMessage(null);
    }
    end = setTimeout(() => parentPort.close(), idleMs);
  });
}
