import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { MemoryStorage, type Storage, type TrialRecord } from 'asktell';

type Study = ReturnType<MemoryStorage['createStudy']>;
type Args<Method extends 'createStudy' | 'deleteStudy' | 'setStudyAttrs' | 'pull' | 'read' | 'ask' | 'write'> =
  Parameters<MemoryStorage[Method]>;

/** A study as the file contains it. */
interface Saved {
  readonly name: string;
  readonly directions: Study['directions'];
  readonly userAttrs: readonly [string, unknown][];
  readonly systemAttrs: readonly [string, unknown][];
  readonly trials: readonly SavedTrial[];
}

type SavedTrial = Omit<TrialRecord, 'number' | 'x' | 'userAttrs' | 'systemAttrs'> & {
  readonly x: readonly number[];
  readonly userAttrs: readonly [string, unknown][] | null;
  readonly systemAttrs: readonly [string, unknown][] | null;
};

/** Numbers that JSON does not have, under a key that no attribute uses. */
const special = '\u0000number';

/** Keeps studies in memory and rewrites a JSON file after every change. For one process at a time, and small studies. */
export class JsonFileStorage implements Storage {
  readonly capabilities = { shared: false, durable: true, url: null };
  readonly path: string;
  readonly #memory = new MemoryStorage();

  constructor(path: string) {
    this.path = path;
    if (!existsSync(path)) return;
    for (const { name, directions, userAttrs, systemAttrs, trials } of parse(readFileSync(path, 'utf8'))) {
      const { ref } = this.#memory.createStudy({ name, directions, systemAttrs: attrs(systemAttrs) });
      this.#memory.setStudyAttrs(
        ref,
        [...attrs(userAttrs)].map(([key, value]) => ({ scope: 'user', key, value })),
      );
      this.#memory.write(
        ref,
        null,
        trials.map((trial) => ({
          kind: 'create',
          trial: {
            ...trial,
            userAttrs: trial.userAttrs === null ? null : attrs(trial.userAttrs),
            systemAttrs: trial.systemAttrs === null ? null : attrs(trial.systemAttrs),
          },
        })),
      );
    }
  }

  createStudy(...args: Args<'createStudy'>): Study {
    return this.#change(() => this.#memory.createStudy(...args));
  }

  findStudy(name: string): Study | undefined {
    return this.#memory.findStudy(name);
  }

  listStudies(): readonly Study[] {
    return this.#memory.listStudies();
  }

  deleteStudy(...args: Args<'deleteStudy'>): void {
    this.#change(() => this.#memory.deleteStudy(...args));
  }

  setStudyAttrs(...args: Args<'setStudyAttrs'>): void {
    this.#change(() => this.#memory.setStudyAttrs(...args));
  }

  pull(...args: Args<'pull'>): ReturnType<MemoryStorage['pull']> {
    return this.#memory.pull(...args);
  }

  read(...args: Args<'read'>): ReturnType<MemoryStorage['read']> {
    return this.#memory.read(...args);
  }

  ask(...args: Args<'ask'>): ReturnType<MemoryStorage['ask']> {
    return this.#change(() => this.#memory.ask(...args));
  }

  write(...args: Args<'write'>): ReturnType<MemoryStorage['write']> {
    return this.#change(() => this.#memory.write(...args));
  }

  close(): void {
    this.#memory.close();
  }

  #change<T>(work: () => T): T {
    const result = work();
    const studies = this.#memory.listStudies().map(
      ({ ref, directions, userAttrs, systemAttrs }): Saved => ({
        name: ref.name,
        directions,
        userAttrs: [...userAttrs],
        systemAttrs: [...systemAttrs],
        trials: this.#memory.pull(ref, null).trials.map(({ number: _number, ...trial }) => ({
          ...trial,
          x: Array.from(trial.x),
          userAttrs: trial.userAttrs && [...trial.userAttrs],
          systemAttrs: trial.systemAttrs && [...trial.systemAttrs],
        })),
      }),
    );
    // A process that is killed leaves the old file or the new one.
    const file = openSync(`${this.path}.new`, 'w');
    writeSync(file, stringify(studies));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${this.path}.new`, this.path);
    return result;
  }
}

function attrs(entries: readonly [string, unknown][]): Study['userAttrs'] {
  return new Map(entries) as Study['userAttrs'];
}

function stringify(studies: readonly Saved[]): string {
  return JSON.stringify(studies, (_key, value: unknown) =>
    typeof value === 'bigint'
      ? { [special]: `${value}n` }
      : typeof value === 'number' && !Number.isFinite(value)
        ? { [special]: String(value) }
        : value,
  );
}

function parse(text: string): readonly Saved[] {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(special in value)) return value;
    const number = value[special] as string;
    return number.endsWith('n') ? BigInt(number.slice(0, -1)) : Number(number);
  }) as readonly Saved[];
}
