import { keys } from '../attribute-keys.ts';
import type { Session } from '../session/session.ts';
import { checkMetricNames } from './study-options.ts';

/** Names the objectives of a study that exists. */
export async function setMetricNames(
  { storage, study }: Session,
  names: readonly string[],
): Promise<readonly string[]> {
  const checked = checkMetricNames(names, study.directions.length);
  await storage.setStudyAttrs(study.ref, [{ scope: 'system', key: keys.metricNames, value: checked }]);
  return checked;
}
