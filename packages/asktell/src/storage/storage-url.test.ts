import { AsktellError } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { parseStorageUrl } from './storage-url.ts';

describe('parseStorageUrl', () => {
  it.each([
    ['study.db', 'study.db'],
    ['./runs/study.sqlite', './runs/study.sqlite'],
    ['/tmp/study.SQLITE3', '/tmp/study.SQLITE3'],
    ['C:\\runs\\study.db', 'C:\\runs\\study.db'],
    ['a folder/a?study#1 100%.db', 'a folder/a?study#1 100%.db'],
    ['./odd:name.db', './odd:name.db'],
    ['sqlite:///study.db', 'study.db'],
    ['sqlite:///runs/no-extension', 'runs/no-extension'],
    ['sqlite:////tmp/study.db', '/tmp/study.db'],
    ['sqlite:///C:\\runs\\study.db', 'C:\\runs\\study.db'],
    ['SQLite+pysqlite:///study.db', 'study.db'],
    ['sqlite:///100%25.db', '100%25.db'], // SQLAlchemy decodes nothing here either
  ])('%s is the SQLite file %s', (url, path) => {
    expect(parseStorageUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each([':memory:', 'sqlite://', 'sqlite:///', 'sqlite:///:memory:'])('%s is memory', (url) => {
    expect(parseStorageUrl(url)).toEqual({ kind: 'memory' });
  });

  it.each([
    ['postgres://me@host/studies.db', 'no PostgreSQL storage yet; what works today is SQLite and memory'],
    ['postgresql+psycopg2://me@host/studies', 'no PostgreSQL storage yet'],
    ['mysql+pymysql://host/studies', 'no MySQL storage yet'],
    ['redis://host:6379', 'no Redis storage yet'],
    ['journal:///study.log', 'no Journal storage yet'],
    ['mongodb://host/x', 'knows no storage called "mongodb"'],
    ['constructor://host/x', 'knows no storage called "constructor"'],
    ['file:///tmp/study.db', 'knows no storage called "file"'],
    ['sqlite:study.db', 'write "sqlite:///study.db"'],
    ['sqlite://study.db', 'write "sqlite:///study.db"'],
    ['sqlite:/study.db', 'write "sqlite:///study.db"'],
    ['sqlite:///study.db?timeout=30', 'write "sqlite:///study.db"'],
    ['', 'It is empty'],
    ['  ', 'It is empty'],
    ['study', "any other file name goes as 'sqlite:///name'"],
    ['runs/study', 'It names no kind of storage'],
    ['study.db ', 'It names no kind of storage'],
    ['.db', 'It names no kind of storage'],
    ['study.log', "Use a path that ends in .db, .sqlite or .sqlite3, 'sqlite:///relative.db'"],
  ])('refuses %s', (url, part) => {
    let error: unknown;
    try {
      parseStorageUrl(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AsktellError);
    const { code, message } = error as AsktellError;
    expect(code).toBe('storage-url');
    expect(message).toContain(`Storage ${JSON.stringify(url)}: `);
    expect(message).toContain(part);
  });
});
