import { type Check, check, isFunction, isObject, must, objectWith } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';
import { fixedRepeats, type RepeatPolicy } from '../pruner/repeat-policy.ts';

/** How often `optimize` measures a trial. */
export interface RepeatOptions {
  /** The most measurements of a trial, 1 or more. */
  readonly max: number;
  /**
   * Whether to stop earlier. `'fixed'` (default): never. `'racing'`: when the trial is clearly worse than the best one; the
   * package `asktell` knows it. Or your own policy.
   */
  readonly policy?: 'fixed' | 'racing' | RepeatPolicy;
}

const isPolicy = must(
  "'fixed', 'racing' or a policy, an object with the method again",
  (value) => typeof value === 'string' || (isObject(value) && isFunction(value['again'])),
);

const hasValidFields = objectWith({ max: check.count(1), policy: isPolicy });

export const isRepeat: Check = (value) =>
  isObject(value) && value['max'] === undefined
    ? `must say how often to measure, { max: 5 }, not ${show(value)}`
    : hasValidFields(value);

/**
 * The policy of the option.
 * @param known the policies that are known by name, in addition to `'fixed'`
 * @throws AsktellError `invalid-argument` for an unknown name
 */
export function repeatPolicy({ policy = 'fixed' }: RepeatOptions, known: readonly RepeatPolicy[]): RepeatPolicy {
  if (typeof policy === 'object') return policy;
  const policies = [fixedRepeats, ...known];
  const found = policies.find(({ name }) => name === policy);
  if (found !== undefined) return found;
  throw new AsktellError(
    'invalid-argument',
    `optimize: repeat: the policy ${show(policy)} is unknown. Known here: ${policies.map(({ name }) => show(name)).join(', ')}. Pass one of these, or a policy such as new RacingRepeats() of @asktell/pruners.`,
  );
}
