import { type Law, runLaws, type Skip } from '../law.ts';
import { answeredWriteLaws } from './answered-write-laws.ts';
import { askLaws } from './ask-laws.ts';
import { durableLaws } from './durable-laws.ts';
import { grantLaws } from './grant-laws.ts';
import { modelLaw } from './model-law.ts';
import { paramLaws } from './param-laws.ts';
import { pullLaws } from './pull-laws.ts';
import { roundTripLaws } from './round-trip-laws.ts';
import { sharedLaws } from './shared-laws.ts';
import { studyLaws } from './study-laws.ts';
import type { StorageSubject } from './subject.ts';
import { writeLaws } from './write-laws.ts';

/**
 * Every sentence of the Storage contract, as a law.
 * @example await storageLaws[0]?.run({ open: () => new MyStorage() })
 */
export const storageLaws: readonly Law<StorageSubject>[] = [
  ...studyLaws,
  ...writeLaws,
  ...answeredWriteLaws,
  ...paramLaws,
  ...askLaws,
  ...grantLaws,
  ...pullLaws,
  ...roundTripLaws,
  ...sharedLaws,
  ...durableLaws,
  modelLaw,
];

export interface StorageSuite extends StorageSubject {
  /** Laws that this storage does not keep, and why. */
  readonly skip?: readonly Skip[];
}

/**
 * Runs the laws of the `Storage` contract as Vitest tests. Those of shared storages run when `second` is given, those of
 * durable ones when `reopen` is. A skip that names no law is an error.
 * @example
 * testStorage('memory', { open: () => new MemoryStorage() });
 */
export function testStorage(name: string, suite: StorageSuite): void {
  runLaws(`storage: ${name}`, storageLaws, suite, suite.skip ?? []);
}
