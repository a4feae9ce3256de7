import { type Law, runLaws, type Skip } from '../law.ts';
import { checkSuite } from '../suite-checks.ts';
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
import { writeDeltaLaws } from './write-delta-laws.ts';
import { writeLaws } from './write-laws.ts';

/**
 * The laws of the `Storage` contract.
 * @example await storageLaws[0]?.run({ open: () => new MyStorage() })
 */
export const storageLaws: readonly Law<StorageSubject>[] = [
  ...studyLaws,
  ...writeLaws,
  ...writeDeltaLaws,
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
  /** Laws that this storage does not satisfy, and the reasons. */
  readonly skip?: readonly Skip[];
}

/**
 * Registers the laws of the `Storage` contract as Vitest tests. The laws of shared storages run when `second` is given,
 * the laws of durable storages when `reopen` is given.
 * @throws AsktellError `invalid-argument`; Error when a skip names an unknown law or gives no reason
 * @example
 * testStorage('memory', { open: () => new MemoryStorage() });
 */
export function testStorage(name: string, suite: StorageSuite): void {
  checkSuite('testStorage', name, suite, 'open', ['second', 'reopen']);
  runLaws(`storage: ${name}`, storageLaws, suite, suite.skip ?? []);
}
