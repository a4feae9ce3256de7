import { type Law, runLaws, type Skip } from '../law.ts';
import { memory } from '../sampler/subject.ts';
import { checkSuite } from '../suite-checks.ts';
import { comparisonLaws } from './comparison-laws.ts';
import { historyLawFor, type PrunerSubject, prunerLaws, prunerResumeLaws } from './pruner-laws.ts';

/**
 * All laws for a pruner. The laws about restarts are repeated for each storage.
 * @example prunerLawsFor({ make: () => new MyPruner() }).map(({ name }) => name)
 */
export function prunerLawsFor(subject: PrunerSubject): readonly Law<PrunerSubject>[] {
  return [
    historyLawFor(subject),
    ...prunerLaws,
    ...comparisonLaws,
    ...(subject.storages ?? [memory]).flatMap((on) => prunerResumeLaws(on)),
  ];
}

export interface PrunerSuite extends PrunerSubject {
  /** Laws that this pruner does not satisfy, and the reasons. */
  readonly skip?: readonly Skip[];
}

/**
 * Registers the laws of pruners as Vitest tests.
 * @throws AsktellError `invalid-argument`; Error when a skip names an unknown law or gives no reason
 * @example
 * testPruner('median', { make: () => new MedianPruner() });
 * testPruner('threshold', {
 *   compares: 'bounds',
 *   make: () => new ThresholdPruner({ upper: 5 }),
 *   makeMirrored: () => new ThresholdPruner({ lower: -5 }),
 * });
 */
export function testPruner(name: string, suite: PrunerSuite): void {
  checkSuite('testPruner', name, suite, 'make', ['compares', 'makeMirrored', 'dependsOnOrder', 'storages']);
  runLaws(`pruner: ${name}`, prunerLawsFor(suite), suite, suite.skip ?? []);
}
