import { type Law, runLaws, type Skip } from '../law.ts';
import { checkSuite } from '../suite-checks.ts';
import { limitLaws } from './limit-laws.ts';
import { resumeLaws } from './resume-laws.ts';
import type { LifeSubject } from './subject.ts';
import { tableLaws } from './table-laws.ts';
import { workerLaws } from './worker-laws.ts';

/**
 * The laws of the life of a trial: one for each row and column of its table, and those that several trials or workers need.
 * @example await lifeLaws[0]?.run({ open: () => new MyStorage() })
 */
export const lifeLaws: readonly Law<LifeSubject>[] = [...tableLaws, ...resumeLaws, ...workerLaws, ...limitLaws];

/**
 * Those of {@link lifeLaws} that test an exclusive sampler: what becomes of a point when its trial ends, is released, lost or
 * resumed.
 * @example
 * const subject = { open: () => new MemoryStorage(), exclusive: () => new MySampler() };
 * runLaws('cells: mine', cellLaws, subject, []);
 */
export const cellLaws: readonly Law<LifeSubject>[] = lifeLaws.filter(({ name }) => name.includes('exclusive sampler'));

export interface LifeSuite extends LifeSubject {
  /** Laws that this storage does not satisfy, and the reasons. */
  readonly skip?: readonly Skip[];
}

/**
 * Registers the laws of the life of a trial as Vitest tests, on a storage: who owns a trial, whether it counts in a total,
 * what becomes of its point, what samplers see of it, who takes it next, and what a late `tell` does. Workers are processes
 * of a fake environment that can die, and clocks are fake. The laws about leases run when `second` is given, those about
 * heartbeats when `heartbeat` is given.
 * @throws AsktellError `invalid-argument`; Error when a skip names an unknown law or gives no reason
 * @example
 * testTrialLife('memory', { open: () => new MemoryStorage() });
 */
export function testTrialLife(name: string, storage: LifeSuite): void {
  checkSuite('testTrialLife', name, storage, 'open', ['second', 'reopen', 'heartbeat', 'exclusive']);
  runLaws(`life of a trial: ${name}`, lifeLaws, storage, storage.skip ?? []);
}
