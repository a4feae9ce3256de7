import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refused } from '@asktell/testing';
import BetterSqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SqliteDriver, SqliteStatement } from './driver.ts';
import { SqliteStorage } from './index.ts';
import type * as LibraryModule from './library.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);

/** What the runtime of a test has. */
const runtime = vi.hoisted(() => ({
  package: 'absent' as 'absent' | 'broken' | 'working' | 'real',
  builtIn: new Map<string, object>(),
}));

vi.mock('node:module', async (original) => {
  const actual = await original<typeof import('node:module')>();
  class Working {
    close(): void {}
  }
  class Broken {
    constructor() {
      throw Object.assign(new Error('was compiled against a different Node.js version'), { code: 'ERR_DLOPEN_FAILED' });
    }
  }
  return {
    ...actual,
    createRequire: (from: string) => {
      const real = actual.createRequire(from);
      if (runtime.package === 'real') return real;
      return Object.assign(
        () => {
          if (runtime.package === 'absent')
            throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), { code: 'MODULE_NOT_FOUND' });
          return runtime.package === 'broken' ? Broken : Working;
        },
        { resolve: () => '/modules/better-sqlite3' },
      );
    },
  };
});

const original = process.versions;

/** Pretends to be another runtime. */
function run(versions: { readonly node: string; readonly bun?: string; readonly deno?: string }): void {
  Object.defineProperty(process, 'versions', { value: { ...original, ...versions }, configurable: true });
}

/** Looks like node:sqlite, and opens its files with better-sqlite3. */
class DatabaseSync implements SqliteDriver {
  readonly #db: BetterSqlite.Database;

  constructor(path: string) {
    this.#db = new BetterSqlite(path);
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.#db.prepare(sql);
    return {
      run: (...params) => statement.run(...params),
      get: (...params) => statement.get(...params),
      all: (...params) => statement.all(...params),
    };
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }
}

let load: typeof LibraryModule.loadLibrary;
let libraryOf: typeof LibraryModule.libraryOf;
beforeEach(async () => {
  runtime.package = 'absent';
  runtime.builtIn.clear();
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((id: string) => runtime.builtIn.get(id)) as never);
  vi.resetModules(); // a loaded library is remembered
  ({ loadLibrary: load, libraryOf } = await import('./library.ts'));
});
afterEach(() => {
  vi.restoreAllMocks();
  Object.defineProperty(process, 'versions', { value: original, configurable: true });
});

describe('the library of a path', () => {
  test('is better-sqlite3 where it can be loaded', () => {
    runtime.package = 'working';
    runtime.builtIn.set('node:sqlite', { DatabaseSync });
    expect(load(null)).toMatchObject({ name: 'better-sqlite3', module: '/modules/better-sqlite3' });
  });

  test.each(['absent', 'broken'] as const)('is node:sqlite when the package is %s', (state) => {
    runtime.package = state;
    runtime.builtIn.set('node:sqlite', { DatabaseSync });
    runtime.builtIn.set('bun:sqlite', { Database: DatabaseSync });
    expect(load(null)).toMatchObject({ name: 'node:sqlite', module: 'node:sqlite' });
  });

  test('is bun:sqlite in a Bun without node:sqlite', () => {
    runtime.builtIn.set('bun:sqlite', { Database: DatabaseSync });
    expect(load(null)).toMatchObject({ name: 'bun:sqlite', module: 'bun:sqlite' });
  });

  test('can be chosen', () => {
    runtime.package = 'working';
    runtime.builtIn.set('node:sqlite', { DatabaseSync });
    expect(load('node:sqlite').name).toBe('node:sqlite');
    expect(load('better-sqlite3').name).toBe('better-sqlite3');
  });
});

describe('a missing library is reported with its cure', () => {
  test.each([
    [
      { node: '20.19.0' },
      null,
      'absent',
      'Node.js 20.19.0 has no SQLite library. Run "npm install better-sqlite3@12". Node.js 22.13, Deno 2.2 and Bun 1.4 need no package.',
    ],
    [
      { node: '22.12.0' },
      null,
      'absent',
      'Node.js 22.12.0 has no SQLite library. Run "npm install better-sqlite3". Node.js 22.13, Deno 2.2 and Bun 1.4 need no package.',
    ],
    [
      { node: '20.19.0' },
      null,
      'broken',
      'better-sqlite3 is installed, but Node.js 20.19.0 cannot load it. Run "npm rebuild better-sqlite3" with this version, or "npm install better-sqlite3@12" if a later version is installed.',
    ],
    [
      { node: '24.0.0' },
      'better-sqlite3',
      'absent',
      'The package better-sqlite3 is not installed. Run "npm install better-sqlite3", or omit the option driver.',
    ],
    [
      { node: '20.19.0' },
      'node:sqlite',
      'working',
      'Node.js 20.19.0 does not have node:sqlite. Use Node.js 22.13, Deno 2.2 or Bun 1.4 or later, or omit the option driver.',
    ],
    [
      { node: '26.0.0', deno: '2.9.6' },
      'bun:sqlite',
      'absent',
      'Deno 2.9.6 does not have bun:sqlite. Use Bun, or omit the option driver.',
    ],
    [
      { node: '24.3.0', bun: '1.2.0' },
      'node:sqlite',
      'absent',
      'Bun 1.2.0 does not have node:sqlite. Use Node.js 22.13, Deno 2.2 or Bun 1.4 or later, or omit the option driver.',
    ],
  ] as const)('%j, driver %s, package %s', async (versions, name, state, message) => {
    run(versions);
    runtime.package = state;
    const error = await refused('missing-dependency', () => load(name));
    expect(error.message).toBe(message);
  });

  test('by the storage, which creates no file', async () => {
    const path = newPath();
    await refused('missing-dependency', () => new SqliteStorage(path, { driver: 'bun:sqlite' }).listStudies());
    expect(() => new SqliteStorage(path, { driver: 'sqlite3' as never })).toThrow(/driver/);
    expect(() => new SqliteStorage(new BetterSqlite(':memory:'), { driver: 'node:sqlite' })).toThrow(
      /driver must be omitted/,
    );
  });
});

test('open drivers are recognized', () => {
  const db = new BetterSqlite(':memory:');
  expect(libraryOf(db)).toBe('better-sqlite3');
  expect(libraryOf(new DatabaseSync(':memory:'))).toBe('node:sqlite');
  class Database {
    readonly filename = 'a.db';
  }
  expect(libraryOf(new Database() as never)).toBe('bun:sqlite');
  expect(libraryOf({ prepare: () => db.prepare('SELECT 1'), exec: () => 0, close: () => 0 })).toBeNull();
  db.close();
});

describe('one library per file', () => {
  test('is enforced while the file is open', async () => {
    runtime.package = 'real';
    const path = newPath();
    const first = new SqliteStorage(path, { driver: 'better-sqlite3' });
    await first.listStudies();
    const other = new SqliteStorage(new DatabaseSync(path));
    const error = await refused('storage-open', () => other.listStudies());
    expect(error.message).toContain('cannot be opened with node:sqlite');
    expect(error.message).toContain('has it open with better-sqlite3');
    await first.close();
    expect(await other.listStudies()).toEqual([]);
    await refused('storage-open', () => new SqliteStorage(path, { driver: 'better-sqlite3' }).listStudies());
    await other.close();
    const last = new SqliteStorage(path, { driver: 'better-sqlite3' });
    expect(await last.listStudies()).toEqual([]);
    await last.close();
  });

  test('a path without the option uses the library of the process', async () => {
    runtime.package = 'real';
    const path = newPath();
    const opened: string[] = [];
    runtime.builtIn.set('node:sqlite', {
      DatabaseSync: class extends DatabaseSync {
        constructor(name: string) {
          super(name);
          opened.push(name);
        }
      },
    });
    const first = new SqliteStorage(path, { driver: 'node:sqlite' });
    await first.listStudies();
    const second = new SqliteStorage(path);
    await second.listStudies();
    expect(opened).toEqual([path, path]);
    await first.close();
    await second.close();
  });
});
