import { AsktellError, show } from '@asktell/core';

/** The storage that a `storage` string specifies. */
export type StorageTarget = { readonly kind: 'memory' } | { readonly kind: 'sqlite'; readonly path: string };

const scheme = /^([a-z][a-z0-9.-]+)(?:\+[a-z0-9_.-]+)?:/i; // at least two letters, because C:\study.db is a path
const databaseFile = /[^/\\]\.(?:db|sqlite|sqlite3)$/i;
const validForms =
  "Use a path that ends in .db, .sqlite or .sqlite3, 'sqlite:///relative.db', 'sqlite:////absolute.db', or ':memory:'";

/** Backends of Optuna that Asktell does not support yet. */
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
 * Parses a storage string: a path, or a URL in the syntax of Optuna and SQLAlchemy.
 * @throws AsktellError `storage-url`
 */
export function parseStorageUrl(url: string): StorageTarget {
  if (url === ':memory:') return { kind: 'memory' };
  const name = scheme.exec(url)?.[1]?.toLowerCase();
  if (name === 'sqlite') return parseSqlite(url);
  if (name !== undefined) {
    const backend = Object.hasOwn(planned, name) ? planned[name] : undefined;
    const what = backend === undefined ? `${show(name)} storages` : `${backend} storages yet`;
    throw urlError(url, `Asktell does not support ${what}. ${validForms}.`);
  }
  if (databaseFile.test(url)) return { kind: 'sqlite', path: url };
  throw urlError(
    url,
    `${url.trim() === '' ? 'It is empty' : 'It is not the path of a database'}. ${validForms}. Write any other file name as 'sqlite:///name'.`,
  );
}

/** Parses `sqlite:///path`: three slashes before a relative path, four before an absolute path. */
function parseSqlite(url: string): StorageTarget {
  const rest = url.slice(url.indexOf(':') + 1);
  if (rest === '//' || rest === '///' || rest === '///:memory:') return { kind: 'memory' };
  if (!rest.startsWith('///')) {
    const path = rest.replace(/^\/*/, '');
    throw urlError(
      url,
      `An SQLite URL must have three slashes before a relative path and four before an absolute path. Write ${show(`sqlite:///${path}`)}.`,
    );
  }
  const path = rest.slice(3);
  if (path.includes('?'))
    throw urlError(
      url,
      `An SQLite URL must not have parameters. Write ${show(`sqlite:///${path.slice(0, path.indexOf('?'))}`)}.`,
    );
  return { kind: 'sqlite', path };
}

function urlError(url: string, message: string): AsktellError {
  return new AsktellError('storage-url', `Storage ${show(url)}: ${message}`);
}
