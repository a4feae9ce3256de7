import { createRequire } from 'node:module';
import { AsktellError } from '@asktell/core';
import type { SqliteDriver } from './driver.ts';

/** The SQLite libraries that can open a path, in the order in which they are tried. `npm run bench -- drivers` compares them. */
export const libraryNames = ['better-sqlite3', 'node:sqlite', 'bun:sqlite'] as const;

/** The name of an SQLite library. */
export type SqliteLibrary = (typeof libraryNames)[number];

/** A library that this runtime can load. */
export interface LoadedLibrary {
  readonly name: SqliteLibrary;
  /** What a checkpoint thread loads: the path of better-sqlite3, or the name of a module of the runtime. */
  readonly module: string;
  /** Opens a file, or `:memory:`. Only better-sqlite3 and bun:sqlite never create a file when `create` is false. */
  open(path: string, create: boolean): SqliteDriver;
}

type DatabaseClass = new (path: string, options?: { readonly [name: string]: unknown }) => SqliteDriver;

/** Why a library cannot be used. */
class Unavailable {
  readonly installed: boolean;
  readonly cause: unknown;

  constructor(installed: boolean, cause: unknown) {
    this.installed = installed;
    this.cause = cause;
  }
}

const loaded = new Map<SqliteLibrary, LoadedLibrary>();

/**
 * Loads an SQLite library.
 * @param name the library, or `null` for the first one that this runtime can load
 * @throws AsktellError `missing-dependency`
 */
export function loadLibrary(name: SqliteLibrary | null): LoadedLibrary {
  const reasons = new Map<SqliteLibrary, Unavailable>();
  for (const candidate of name === null ? libraryNames : [name]) {
    const library = loaded.get(candidate) ?? load(candidate);
    if (!(library instanceof Unavailable)) {
      loaded.set(candidate, library);
      return library;
    }
    reasons.set(candidate, library);
  }
  throw missing(name, reasons.get('better-sqlite3'));
}

/** The library that an open driver belongs to, or `null` for a wrapper or another library. */
export function libraryOf(driver: SqliteDriver): SqliteLibrary | null {
  const name = driver.constructor?.name;
  if (name === 'DatabaseSync') return 'node:sqlite';
  if (name !== 'Database') return null;
  if ('pragma' in driver) return 'better-sqlite3';
  return 'filename' in driver ? 'bun:sqlite' : null;
}

function load(name: SqliteLibrary): LoadedLibrary | Unavailable {
  return name === 'better-sqlite3' ? loadPackage(name) : loadBuiltIn(name);
}

function loadPackage(name: 'better-sqlite3'): LoadedLibrary | Unavailable {
  // In CommonJS bundles, `import.meta` is empty and `__filename` is defined.
  const require = createRequire((import.meta as { readonly url?: string }).url ?? __filename);
  let Database: DatabaseClass;
  try {
    Database = require(name) as DatabaseClass;
  } catch (error) {
    return new Unavailable((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND', error);
  }
  try {
    // The package loads its binary when the first database is opened.
    new Database(':memory:').close();
  } catch (error) {
    return new Unavailable(true, error);
  }
  return {
    name,
    module: require.resolve(name),
    open: (path, create) => new Database(path, { timeout: 0, fileMustExist: !create }),
  };
}

function loadBuiltIn(name: 'node:sqlite' | 'bun:sqlite'): LoadedLibrary | Unavailable {
  const { DatabaseSync, Database } = builtInModule(name) ?? {};
  if (name === 'node:sqlite' && DatabaseSync !== undefined)
    return { name, module: name, open: (path) => new DatabaseSync(path) };
  if (name === 'bun:sqlite' && Database !== undefined)
    return { name, module: name, open: (path, create) => new Database(path, { readwrite: true, create }) };
  return new Unavailable(false, undefined);
}

/** An import of `node:sqlite` would be an error in runtimes without it, and bundlers would try to resolve `bun:sqlite`. */
function builtInModule(name: string): { readonly [member: string]: DatabaseClass | undefined } | undefined {
  try {
    return (process.getBuiltinModule as ((id: string) => never) | undefined)?.(name);
  } catch {
    return undefined;
  }
}

function missing(name: SqliteLibrary | null, better: Unavailable | undefined): AsktellError {
  const [node = 0] = process.versions.node.split('.').map(Number);
  // An unpinned install brings version 13, which Node.js 20 cannot load.
  const install = `npm install better-sqlite3${node < 22 ? '@12' : ''}`;
  const runtime = runtimeName();
  const message =
    name !== null && name !== 'better-sqlite3'
      ? `${runtime} does not have ${name}. ${name === 'node:sqlite' ? 'Use Node.js 22.13, Deno 2.2 or Bun 1.4 or later' : 'Use Bun'}, or omit the option driver.`
      : better?.installed === true
        ? `better-sqlite3 is installed, but ${runtime} cannot load it. Run "npm rebuild better-sqlite3" with this version${node < 22 ? ', or "npm install better-sqlite3@12" if a later version is installed' : ''}.`
        : name === null
          ? `${runtime} has no SQLite library. Run "${install}". Node.js 22.13, Deno 2.2 and Bun 1.4 need no package.`
          : `The package better-sqlite3 is not installed. Run "${install}", or omit the option driver.`;
  return new AsktellError('missing-dependency', message, { cause: better?.cause });
}

function runtimeName(): string {
  const { bun, deno, node } = process.versions as { readonly [name: string]: string | undefined };
  return bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node.js ${node}`;
}
