import type { Storage } from '@asktell/core';
import { expect } from 'vitest';
import type { LogEntry } from '../reference/operation-log.ts';
import { OperationLogStorage } from '../reference/operation-log-storage.ts';
import type { StorageSubject } from './subject.ts';
import { storageLaws } from './test-storage.ts';

/** A class like {@link OperationLogStorage}. */
export type StorageClass = new (log?: LogEntry[]) => Storage;

/** A planted bug: a description, the storage with the bug, and the law that must find it. */
export type PlantedBug = readonly [what: string, storage: StorageClass, law: string];

function subjectOf(Maker: StorageClass): StorageSubject {
  const logOf = (storage: Storage): LogEntry[] => (storage as OperationLogStorage).log;
  return {
    open: () => new Maker(),
    second: (first) => new Maker(logOf(first)),
    reopen: (closed) => new Maker(logOf(closed)),
  };
}

async function isViolated(lawName: string, subject: StorageSubject): Promise<boolean> {
  const law = storageLaws.find(({ name }) => name === lawName);
  if (law === undefined) throw new Error(`unknown law ${lawName}`);
  try {
    await law.run(subject);
    return false;
  } catch {
    return true;
  }
}

/** Expects the operation log to satisfy the law and the storage with the bug to violate it. */
export async function expectFound([, storage, law]: PlantedBug): Promise<void> {
  expect(await isViolated(law, subjectOf(OperationLogStorage)), 'violated without the bug').toBe(false);
  expect(await isViolated(law, subjectOf(storage)), law).toBe(true);
}
