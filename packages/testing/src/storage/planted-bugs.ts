import type { Storage } from '@asktell/core';
import { expect } from 'vitest';
import type { LogEntry } from '../rehearsal/operation-log.ts';
import { OperationLogStorage } from '../rehearsal/operation-log-storage.ts';
import type { StorageSubject } from './subject.ts';
import { storageLaws } from './test-storage.ts';

/** A class like {@link OperationLogStorage}, with something wrong. */
export type StorageClass = new (log?: LogEntry[]) => Storage;

/** A planted bug: what it is, the storage that has it, and the law that must find it. */
export type PlantedBug = readonly [what: string, storage: StorageClass, law: string];

function subjectOf(Maker: StorageClass): StorageSubject {
  const logOf = (storage: Storage): LogEntry[] => (storage as OperationLogStorage).log;
  return {
    open: () => new Maker(),
    second: (first) => new Maker(logOf(first)),
    reopen: (closed) => new Maker(logOf(closed)),
  };
}

async function isBroken(lawName: string, subject: StorageSubject): Promise<boolean> {
  const law = storageLaws.find(({ name }) => name === lawName);
  if (law === undefined) throw new Error(`no law ${lawName}`);
  try {
    await law.run(subject);
    return false;
  } catch {
    return true;
  }
}

/** Expects the law to hold for the operation log, and to break where the bug is. */
export async function expectFound([, storage, law]: PlantedBug): Promise<void> {
  expect(await isBroken(law, subjectOf(OperationLogStorage)), 'the law breaks without the bug').toBe(false);
  expect(await isBroken(law, subjectOf(storage)), law).toBe(true);
}
