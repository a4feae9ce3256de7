import { type Law, runLaws, type Skip } from '../law.ts';
import { memory } from '../sampler/subject.ts';
import { comparisonLaws } from './comparison-laws.ts';
import { historyLawFor, type PrunerSubject, prunerLaws, prunerResumeLaws } from './pruner-laws.ts';

/**
 * The laws that concern a pruner; those about restarts once for every storage.
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
  /** Laws that this pruner does not keep, and why. */
  readonly skip?: readonly Skip[];
}

/**
 * Runs the laws of pruners as Vitest tests. A skip that names no law is an error.
 * @example
 * testPruner('median', { make: () => new MedianPruner() });
 * testPruner('threshold', {
 *   compares: 'bounds',
 *   make: () => new ThresholdPruner({ upper: 5 }),
 *   makeMirrored: () => new ThresholdPruner({ lower: -5 }),
 * });
 */
export function testPruner(name: string, suite: PrunerSuite): void {
  runLaws(`pruner: ${name}`, prunerLawsFor(suite), suite, suite.skip ?? []);
}
