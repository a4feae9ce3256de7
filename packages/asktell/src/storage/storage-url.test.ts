import { AsktellError, createStudy as createInCore, MemoryStorage } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { SqliteStorage } from '#platform';
import { copyStudy, createStudy, deleteStudy, listStudies, loadStudy } from '../study/studies.ts';
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
    ['sqlite:///100%25.db', '100%25.db'], // SQLAlchemy does not decode it either
  ])('%s is the SQLite file %s', (url, path) => {
    expect(parseStorageUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each([':memory:', 'sqlite://', 'sqlite:///', 'sqlite:///:memory:'])('%s is memory', (url) => {
    expect(parseStorageUrl(url)).toEqual({ kind: 'memory' });
  });

  it.each([
    ['postgres://me@host/studies.db', 'does not support PostgreSQL storages yet'],
    ['postgresql+psycopg2://me@host/studies', 'does not support PostgreSQL storages yet'],
    ['mysql+pymysql://host/studies', 'does not support MySQL storages yet'],
    ['redis://host:6379', 'does not support Redis storages yet'],
    ['journal:///study.log', 'does not support Journal storages yet'],
    ['mongodb://host/x', 'does not support "mongodb" storages'],
    ['constructor://host/x', 'does not support "constructor" storages'],
    ['file:///tmp/study.db', 'does not support "file" storages'],
    ['sqlite:study.db', 'Write "sqlite:///study.db"'],
    ['sqlite://study.db', 'Write "sqlite:///study.db"'],
    ['sqlite:/study.db', 'Write "sqlite:///study.db"'],
    ['sqlite:///study.db?timeout=30', 'Write "sqlite:///study.db"'],
    ['', 'It is empty'],
    ['  ', 'It is empty'],
    ['study', "Write any other file name as 'sqlite:///name'"],
    ['runs/study', 'It is not the path of a database'],
    ['study.db ', 'It is not the path of a database'],
    ['.db', 'It is not the path of a database'],
    ['study.log', "Use a path that ends in .db, .sqlite or .sqlite3, 'sqlite:///relative.db'"],
  ])('rejects %s', (url, part) => {
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

  it.each([
    'postgres://me:secret@host/studies',
    'mysql+pymysql://me:secret@host:3306/studies',
    'redis://:secret@host:6379',
    'mongodb://me:secret@host/x?password=secret',
    'sqlite://me:secret@host/study.db',
    'sqlite:///study.db?password=secret',
    'file:///tmp/study.db?token=secret',
  ])('does not show the password of %s', (url) => {
    expect(() => parseStorageUrl(url)).toThrow(
      expect.toSatisfy((error: AsktellError) => !error.message.includes('secret') && error.code === 'storage-url'),
    );
  });

  it('no other error shows it', async () => {
    const url = 'postgres://me:secret@host/studies';
    const attempts: (() => unknown)[] = [
      () => new SqliteStorage(url),
      () => createStudy({ storage: url }),
      () => createStudy({ storage: { url } as never }),
      () => loadStudy({ storage: url }),
      () => listStudies({ storage: url }),
      () => deleteStudy({ name: 'a', storage: url }),
      () => copyStudy({ from: { storage: url }, to: { storage: ':memory:' } }),
      () => copyStudy({ from: { storage: new MemoryStorage() }, to: { storage: url } }),
      () => createInCore({ sampler: new RandomSampler(), storage: url as never }),
      () => createStudy({ name: url, storage: new MemoryStorage(), seed: url as never }),
    ];
    for (const attempt of attempts) {
      const error = (await Promise.resolve()
        .then(attempt)
        .then(
          () => new Error('nothing was refused'),
          (thrown: unknown) => thrown,
        )) as AsktellError;
      expect(error).toBeInstanceOf(AsktellError);
      expect(`${error.message} ${String(error.cause)}`).not.toContain('secret');
    }
  });
});
