import { isPromise } from '../awaitable.ts';
import { describe } from '../distribution/convert.ts';
import type { TrialState } from '../history/trial-record.ts';
import { ifAny } from '../inspection.ts';
import type { Awaitable } from '../json.ts';
import { paretoFront } from '../session/pareto-front.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { freeze } from '../trial/freeze.ts';

/** What `console.log` prints of a study: its settings, its trials by state, and the best ones. */
export function studyFields(
  session: Session,
  space: DeclaredSpace | null,
  metricNames: readonly string[] | null,
): { readonly [field: string]: unknown } {
  const { sampler, pruner, storage, fixed } = session;
  const { ref, directions } = session.study;
  atOnce(() => session.refresh());
  const userAttrs = atOnce(() => storage.findStudy(ref.name))?.userAttrs ?? session.study.userAttrs;
  const { history, best } = session;
  const trials: { [state in TrialState]?: number } = {};
  for (let row = 0; row < history.size; row++) {
    const state = history.state(row);
    trials[state] = (trials[state] ?? 0) + 1;
  }
  const isOne = directions.length === 1;
  return {
    name: ref.name,
    ...(isOne ? { direction: directions[0] } : { directions }),
    metricNames: metricNames ?? undefined,
    sampler: sampler.name,
    pruner: pruner.name,
    storage: storage.capabilities.url ?? storage.constructor.name,
    space:
      space === null
        ? undefined
        : Object.fromEntries(space.compiled.params.map(({ name, dist }) => [name, describe(dist)])),
    fixed: ifAny(Object.fromEntries(fixed)),
    userAttrs: ifAny(Object.fromEntries(userAttrs)),
    trials,
    ...(isOne
      ? { bestTrial: best.row < 0 ? undefined : freeze(session, best.row, space) }
      : { bestTrials: paretoFront(history).map((row) => freeze(session, row, space)) }),
  };
}

/** The result of reading a storage that answers at once. Of any other storage, what was read last is printed. */
function atOnce<T>(read: () => Awaitable<T>): T | undefined {
  try {
    const result = read();
    if (!isPromise(result)) return result;
    result.catch(() => undefined); // A closed storage, for example. The next call of the study reports it.
  } catch {
    // As above.
  }
  return undefined;
}
