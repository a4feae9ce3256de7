import type { Offload, ThreadModule } from '@asktell/core';

/** A thread that runs a script. */
export interface Thread {
  /** Sends an input. Keeps the process alive until {@link rest}. */
  send(message: Question): void;
  /** No answer is awaited: the thread does not keep the process alive. */
  rest(): void;
  end(): void;
}

/** What a thread reports. */
export interface ThreadEvents {
  answered(answer: Answer): void;
  /** The thread could not be started, or has ended. */
  failed(reason: string): void;
}

/** Starts a thread, or throws. */
export type StartThread = (name: string, script: string, events: ThreadEvents) => Thread;

export interface Question {
  readonly id: number;
  readonly input: unknown;
}

/** Without `output` if the input was refused. */
export interface Answer {
  readonly id: number;
  readonly output?: unknown;
}

/** Time without work in milliseconds after which a thread ends. */
const idleMs = 60_000;

/**
 * Runs the work of modules in one thread per module. If a thread cannot be started, a notice is printed once, and the work
 * is done in this thread from then on.
 *
 * @param start starts a thread
 * @param warn prints a line
 */
export function offloadWith(start: StartThread, warn: (line: string) => void): Offload {
  const queues = new Map<object, Queue>();
  let isBroken = false;
  return async (module, input) => {
    const script = isBroken ? null : await module.script();
    if (script === null) return module.run(input);
    let queue = queues.get(module);
    if (queue === undefined) {
      queue = new Queue(module, script, start);
      queues.set(module, queue);
    }
    const answer = await queue.ask(input).catch((error: Error) => {
      if (!isBroken)
        warn(
          `${module.name}: no worker thread can be used (${error.message}). Long computations will block the event loop.`,
        );
      isBroken = true;
      return {};
    });
    // What the thread refuses fails here, too, with a stack.
    return 'output' in answer ? (answer.output as ReturnType<typeof module.run>) : module.run(input);
  };
}

/** The thread of a module and the inputs that it has not answered. */
class Queue {
  readonly #module: ThreadModule<never, unknown>;
  readonly #script: string;
  readonly #start: StartThread;
  readonly #open = new Map<
    number,
    { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }
  >();
  #thread: Thread | null = null;
  #asked = 0;
  #end: ReturnType<typeof setTimeout> | undefined;

  constructor(module: ThreadModule<never, unknown>, script: string, start: StartThread) {
    this.#module = module;
    this.#script = script;
    this.#start = start;
  }

  ask(input: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      clearTimeout(this.#end);
      this.#thread ??= this.#start(this.#module.name, this.#script, {
        answered: (answer) => this.#answered(answer),
        failed: (reason) => this.#failed(reason),
      });
      const id = this.#asked++;
      this.#thread.send({ id, input });
      this.#open.set(id, { resolve, reject });
    });
  }

  #answered(answer: Answer): void {
    const open = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    if (this.#open.size === 0) this.#rest();
    open?.resolve(answer);
  }

  #rest(): void {
    this.#thread?.rest();
    this.#end = setTimeout(() => {
      this.#thread?.end();
      this.#thread = null;
    }, idleMs);
    // A number in browsers.
    (this.#end as { unref?: () => void }).unref?.();
  }

  #failed(reason: string): void {
    this.#thread = null;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new Error(reason));
  }
}
