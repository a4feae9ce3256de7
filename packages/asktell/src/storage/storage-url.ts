import { AsktellError, show } from '@asktell/core';

/** Where a `storage` string points. */
export type StorageTarget = { readonly kind: 'memory' } | { readonly kind: 'sqlite'; readonly path: string };

const scheme = /^([a-z][a-z0-9.-]+)(?:\+[a-z0-9_.-]+)?:/i; // two letters at least: C:\study.db is a path
const databaseFile = /[^/\\]\.(?:db|sqlite|sqlite3)$/i;
const known =
  "Use a path that ends in .db, .sqlite or .sqlite3, 'sqlite:///relative.db', 'sqlite:////absolute.db', or ':memory:'";

/** Backends that Optuna has and Asktell has not yet. */
const planned: { readonly [scheme: string]: string } = {
  postgres: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  redis: 'Redis',
  rediss: 'Redis',
  journal: 'Journal',
  grpc: 'gRPC',
};

/**
 * Reads a storage string: a path, or a URL as Optuna and SQLAlchemy write it.
 * @throws AsktellError `storage-url`
 */
export function parseStorageUrl(url: string): StorageTarget {
  if (url === ':memory:') return { kind: 'memory' };
  const name = scheme.exec(url)?.[1]?.toLowerCase();
  if (name === 'sqlite') return parseSqlite(url);
  if (name !== undefined) {
    const backend = Object.hasOwn(planned, name) ? planned[name] : undefined;
    const what =
      backend === undefined
        ? `knows no storage called ${show(name)}`
        : `has no ${backend} storage yet; what works today is SQLite and memory`;
    throw bad(url, `Asktell ${what}. ${known}.`);
  }
  if (databaseFile.test(url)) return { kind: 'sqlite', path: url };
  throw bad(
    url,
    `${url.trim() === '' ? 'It is empty' : 'It names no kind of storage'}. ${known}; any other file name goes as 'sqlite:///name'.`,
  );
}

/** `sqlite://` + `/path`: three slashes before a relative path, four before an absolute one. */
function parseSqlite(url: string): StorageTarget {
  const rest = url.slice(url.indexOf(':') + 1);
  if (rest === '//' || rest === '///' || rest === '///:memory:') return { kind: 'memory' };
  if (!rest.startsWith('///')) {
    const path = rest.replace(/^\/*/, '');
    throw bad(
      url,
      `A SQLite URL has three slashes before a relative path and four before an absolute one: write ${show(`sqlite:///${path}`)}.`,
    );
  }
  const path = rest.slice(3);
  if (path.includes('?'))
    throw bad(
      url,
      `Parameters after the question mark are not known here; write ${show(`sqlite:///${path.slice(0, path.indexOf('?'))}`)}.`,
    );
  return { kind: 'sqlite', path };
}

function bad(url: string, message: string): AsktellError {
  return new AsktellError('storage-url', `Storage ${show(url)}: ${message}`);
}
