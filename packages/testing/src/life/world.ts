import {
  type CategoricalDist,
  categorical,
  compileSpace,
  createStudy,
  type DuplicatePolicy,
  type IntDist,
  int,
  keys,
  type NewTrial,
  type OptimizeOptions,
  type OrphanPolicy,
  type Owner,
  type Pruner,
  type Sampler,
  type Storage,
  type Study,
  type StudyRecord,
  type Trial,
  type TrialRecord,
} from '@asktell/core';
import { vi } from 'vitest';
import type { LifeSubject } from './subject.ts';

/** The space of the studies: six points. */
export const space: { readonly a: IntDist; readonly b: CategoricalDist<'x' | 'y'> } = {
  a: int(0, 2),
  b: categorical(['x', 'y']),
};

/** The number of points of {@link space}. */
export const cells = 6;

/** A trial of a study with {@link space}. */
export type LifeTrial = Trial<{ a: number; b: 'x' | 'y' }>;

/** A study of {@link space}. */
export type LifeStudy = Study<{ a: number; b: 'x' | 'y' }>;

/** How the handles of one law open the study. */
export interface Setup {
  readonly sampler: Sampler;
  readonly duplicates?: DuplicatePolicy;
  readonly pruner?: Pruner;
}

/** How one handle opens the study. */
export interface HandleOptions {
  readonly orphans?: OrphanPolicy;
  readonly host?: string;
}

/** Milliseconds of a lease. */
export const leaseMs = 60_000;

/** Milliseconds since 1970 at which every world begins. */
const beginning = Date.UTC(2030, 0, 1);

/** A trial of another program, without an owner. */
export function foreignTrial(startedAt: number): NewTrial {
  const { params } = compileSpace(space).compiled;
  return {
    state: 'running',
    names: params.map(({ name }) => name),
    dists: params.map(({ dist }) => dist),
    x: params.map(() => 1),
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt,
    finishedAt: null,
  };
}

/** A running trial of `optimize` whose objective waits. */
export interface Measuring {
  readonly trial: LifeTrial;
  /** The call of `optimize`. */
  readonly done: Promise<void>;
  /** Ends the objective with a value. */
  readonly measured: (value: number) => void;
}

/** A storage with one study, workers that live in processes of their own and can die, and a clock. */
export class World {
  /** Lines that the handles have printed. */
  readonly notices: string[] = [];
  readonly subject: LifeSubject;
  readonly storage: Storage;
  readonly #setup: Setup;
  readonly #dead = new Set<number>();
  /** By process: its connection. */
  readonly #connections = new Map<number, Storage>();
  readonly #endings: (() => unknown)[] = [];

  constructor(subject: LifeSubject, storage: Storage, setup: Setup) {
    this.subject = subject;
    this.storage = storage;
    this.#setup = setup;
  }

  /** Opens the study in a process. A process has one connection to the storage. */
  async open(pid: number, { host = 'here', orphans = 'reclaim' }: HandleOptions = {}): Promise<LifeStudy> {
    let storage = this.#connections.get(pid);
    if (storage === undefined) {
      const isFirst = this.#connections.size === 0;
      storage = isFirst ? this.storage : ((await this.subject.second?.(this.storage)) ?? this.storage);
      this.#connections.set(pid, storage);
    }
    const process = {
      host,
      boot: 'boot',
      pidNamespace: 'namespace',
      pid,
      born: `start of ${pid}`,
      isAlive: (other: number, born: string | null) => !this.#dead.has(other) && born === `start of ${other}`,
    };
    const print = (line: string): number => this.notices.push(line);
    const output = { interactive: false, columns: 80, info: print, warn: print, status: () => {} };
    return createStudy(
      { name: 'life', storage, space, seed: 3, loadIfExists: true, leaseMs, orphans, ...this.#setup },
      { environment: { process, output, compileExpression: null } },
    );
  }

  /** Ends a process without a trace. Others notice it at their next look. */
  kill(pid: number): void {
    this.#dead.add(pid);
    vi.advanceTimersByTime(1000); // the result of an earlier look is reused for a moment
  }

  /** Advances all clocks and runs the timers that are due. */
  async advance(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Moves the wall clock alone, as on another host. Timers do not run. */
  skipClock(ms: number): void {
    vi.setSystemTime(Date.now() + ms);
  }

  /** Microseconds since 1970. */
  get now(): number {
    return Date.now() * 1000;
  }

  async study(): Promise<StudyRecord> {
    const found = await this.storage.findStudy('life');
    if (found === undefined) throw new Error('no process has opened the study yet');
    return found;
  }

  async records(): Promise<readonly TrialRecord[]> {
    const { ref } = await this.study();
    return (await this.storage.pull(ref, null)).trials;
  }

  async record(number: number): Promise<TrialRecord> {
    const found = (await this.records())[number];
    if (found === undefined) throw new Error(`trial ${number} does not exist`);
    return found;
  }

  /** Adds a trial as another program would. Returns its number. */
  async add(trial: NewTrial): Promise<number> {
    const { ref } = await this.study();
    const { created } = await this.storage.write(ref, null, [{ kind: 'create', trial }]);
    return created[0] as number;
  }

  async heartbeat(number: number, at: number): Promise<void> {
    const { ref } = await this.study();
    await this.subject.heartbeat?.(this.storage, ref, number, at);
  }

  /** Starts `optimize` with an objective that reports once and then waits. It throws when its signal is aborted. */
  async measure(
    study: LifeStudy,
    options: OptimizeOptions<{ a: number; b: 'x' | 'y' }> = { trials: 1 },
  ): Promise<Measuring> {
    let measured: (value: number) => void = () => {};
    let done: Promise<void> = Promise.resolve();
    const trial = await new Promise<LifeTrial>((resolve, reject) => {
      done = study.optimize(async (running) => {
        await running.report(0.5, 0);
        resolve(running);
        return new Promise((finish, fail) => {
          measured = finish;
          running.signal.addEventListener('abort', () => fail(new Error('interrupted')));
        });
      }, options);
      done.then(() => reject(new Error('optimize has ended before it measured')), reject);
    });
    this.#endings.push(() => {
      measured(0);
      return done.catch(() => undefined);
    });
    return { trial, done, measured: (value) => measured(value) };
  }

  /** Ends objectives that wait, and closes all connections. */
  async end(): Promise<void> {
    for (const end of this.#endings) await end();
    const opened = new Set([this.storage, ...this.#connections.values()]);
    await Promise.all([...opened].map((storage) => storage.close()));
  }
}

/**
 * Fakes clocks and timers. Returns a function that restores them. Timers of less than 50 ms stay real, because storages
 * wait for locks with them. Those of trials and leases are longer in these laws.
 */
function fakeClocks(): () => void {
  const real = globalThis.setTimeout;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: beginning });
  const fake = globalThis.setTimeout;
  const either = (callback: () => void, ms = 0): unknown => (ms < 50 ? real(callback, ms) : fake(callback, ms));
  globalThis.setTimeout = either as typeof setTimeout;
  return () => {
    globalThis.setTimeout = fake;
    vi.useRealTimers();
  };
}

/** Runs `body` in a new world with fake clocks. */
export async function withWorld(
  subject: LifeSubject,
  setup: Setup,
  body: (world: World) => Promise<void>,
): Promise<void> {
  const restore = fakeClocks();
  try {
    const world = new World(subject, await subject.open(), setup);
    try {
      await body(world);
    } finally {
      await world.end();
    }
  } finally {
    restore();
  }
}

/** Takes a trial as a loop does, under a lease, and reports once. */
export async function take(study: LifeStudy): Promise<LifeTrial> {
  const { value } = await study.take({ trials: 1 }).next();
  const trial = value as LifeTrial;
  await trial.report(0.5, 0);
  return trial;
}

/** Asks for one trial under a lease. */
export async function askLeased(study: LifeStudy): Promise<LifeTrial> {
  const [trial] = await study.askBatch(1, { lease: true });
  return trial as LifeTrial;
}

/** The stored owner of a trial, `null` if there is none. */
export function ownerOf({ systemAttrs }: TrialRecord): Owner | null {
  return (systemAttrs?.get(keys.owner) ?? null) as Owner | null;
}

/** The stored number of attempts after which a trial lost its worker. */
export function attemptsOf({ systemAttrs }: TrialRecord): number {
  return (systemAttrs?.get(keys.attempts) ?? 0) as number;
}

/** The code of the stored failure, `null` if there is none. */
export function failureOf({ systemAttrs }: TrialRecord): string | null {
  const failure = systemAttrs?.get(keys.failure) as { readonly code: string } | null | undefined;
  return failure?.code ?? null;
}
