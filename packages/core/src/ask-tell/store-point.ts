import { andThen } from '../awaitable.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { TrialOp } from '../storage/storage.ts';
import { pointOps } from './point-ops.ts';

/**
 * Proposes and stores the point of a trial that was granted without one. Returns the record of the trial with its point.
 * In a study that avoids repeats, the transaction that stores the point takes the best candidate that is still new.
 * @throws AsktellError `exhausted` if other programs have taken the last new point meanwhile, and what the sampler throws
 */
export function proposeAndStore(
  session: Session,
  record: TrialRecord,
  space: CompiledSpace | null,
  total: number | null,
): Awaitable<TrialRecord> {
  const { proposer } = session;
  const { number } = record;
  const stored = (): TrialRecord => session.history.record(number);
  const request = proposer.rankedRequest(record, space, total);
  if (request !== null)
    return andThen(proposer.candidates(request), (candidates) => {
      let ops: readonly TrialOp[] = [];
      const choose = (): readonly TrialOp[] => {
        const point = candidates.first(proposer.triedNow(request));
        if (point === 'exhausted') throw nothingLeft(number);
        ops = pointOps(session, record, point);
        return ops;
      };
      const written = session.writePlanned(choose, () => rowsWithoutPoint(session, number));
      return andThen(written, () => {
        session.mirror(ops);
        return stored();
      });
    });
  return andThen(proposer.propose(record, space, total), (point) => {
    if (point === 'exhausted')
      throw new AsktellError(
        'unsupported',
        `Sampler ${show(session.sampler.name)} is exhausted but not exclusive. Only exclusive samplers can end a study.`,
      );
    const ops = pointOps(session, record, point);
    if (ops.length === 0) return record;
    return andThen(session.write(ops), () => {
      session.mirror(ops);
      return stored();
    });
  });
}

/** Running trials of other workers whose point may have been stored since they were read. */
function rowsWithoutPoint({ history }: Session, except: number): readonly number[] {
  return [...history.runningRows].filter((row) => row !== except && history.params(row).names.length === 0);
}

function nothingLeft(number: number): AsktellError {
  return new AsktellError(
    'exhausted',
    `Trial ${number} got no parameters: meanwhile another program has tried the last point of the space. Nothing is left to try.`,
  );
}
