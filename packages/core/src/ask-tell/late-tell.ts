import { keys } from '../attribute-keys.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import { decideOutcome, type TellOptions } from '../trial/outcome.ts';

/**
 * Stores what was told about a trial that had already finished, as the study attribute `asktell:late:<number>` with
 * `state`, `values` and the stamp `at`, microseconds since 1970. The trial itself never changes.
 * @throws AsktellError `invalid-value`, `invalid-argument`
 */
export function recordLate(session: Session, number: number, value: unknown, options: TellOptions): Awaitable<void> {
  const { study, storage, workers } = session;
  const { state, values } = decideOutcome(value, options, study.directions.length, Number.NaN);
  const told = { state, values: values === null ? null : [...values], at: Math.round(workers.now) };
  return storage.setStudyAttrs(study.ref, [{ scope: 'system', key: `${keys.latePrefix}${number}`, value: told }]);
}
