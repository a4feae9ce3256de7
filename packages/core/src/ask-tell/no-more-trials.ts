import { AsktellError, show } from '../errors.ts';
import type { Study } from '../study/study.ts';
import type { Asked } from './ask.ts';

/** Why an ask has given no trial. */
export function noMoreTrials<P extends object>(study: Study<P>, end: Asked['end'], total: number | null): AsktellError {
  if (end === 'budget-reached')
    return new AsktellError(end, `Study ${show(study.name)} has its ${total} trials; raise the total to go on.`);
  const again = study.duplicates === 'avoid' ? " Open it with duplicates: 'allow' to try points again." : '';
  return new AsktellError(
    'exhausted',
    `Sampler ${show(study.sampler.name)} has nothing left to propose for study ${show(study.name)}: every point is tried or being tried.${again}`,
  );
}
