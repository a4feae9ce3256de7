import { AsktellError, show } from '@asktell/core';
import { titled } from '../cross-validate/column-names.ts';
import { standardErrorOf } from '../moments.ts';
import type { CvResults } from './cv-results.ts';

/** The one-standard-error rule. */
export interface OneStandardErrorRule<P> {
  /** Whose mean counts. Default: the only scorer. */
  readonly scorer?: string;
  /**
   * How complex a candidate is. The simplest one is chosen whose mean is at most one standard error of the best mean
   * below it (Breiman et al., Classification and Regression Trees, 1984, 3.4.3).
   */
  readonly oneStandardError: (params: P) => number;
}

/**
 * Which candidate is fitted to all rows. `true`: the best by the only scorer. A name: the best by this scorer. `false`: none;
 * the first scorer decides which candidate is the best.
 * A function returns the index of a candidate.
 */
export type Refit<P> = boolean | string | OneStandardErrorRule<P> | ((results: CvResults<P>) => number);

/** The scorer that the search optimizes. */
export function scorerOf<P>(where: string, refit: Refit<P>, scorers: readonly string[]): string {
  const name = typeof refit === 'object' ? refit.scorer : typeof refit === 'string' ? refit : undefined;
  if (name !== undefined && !scorers.includes(name))
    throw new AsktellError(
      'invalid-argument',
      `${where}: refit names the scorer ${show(name)}, but the scorers are ${scorers.join(', ')}.`,
    );
  if (name === undefined && scorers.length > 1 && (refit === true || typeof refit === 'object'))
    throw new AsktellError(
      'invalid-argument',
      `${where}: with several scorers, refit must name the one that decides: ${scorers.map((scorer) => `'${scorer}'`).join(' or ')}.`,
    );
  return name ?? (scorers[0] as string);
}

/** The index of the chosen candidate; -1 if none has a score. */
export function chooseCandidate<P>(
  where: string,
  refit: Refit<P>,
  results: CvResults<P>,
  scorer: string,
  folds: number,
): number {
  if (typeof refit === 'function') {
    const index = refit(results);
    if (!(Number.isInteger(index) && index >= 0 && index < results.params.length))
      throw new AsktellError(
        'invalid-argument',
        `${where}: refit returned ${show(index)}, which is not the index of a candidate.`,
      );
    return index;
  }
  const means = results[`meanTest${titled(scorer)}`] as Float64Array;
  const best = means.reduce((b, value, i) => (value > (means[b] ?? Number.NEGATIVE_INFINITY) ? i : b), -1);
  if (best === -1 || typeof refit !== 'object') return best;
  const scores = Array.from(
    { length: folds },
    (_, fold) => results[`split${fold}Test${titled(scorer)}`]?.[best] as number,
  );
  const least = (means[best] as number) - (standardErrorOf(scores) || 0);
  const complexityOf = (i: number): number => {
    const complexity: unknown = refit.oneStandardError(results.params[i] as P);
    if (typeof complexity === 'number' && !Number.isNaN(complexity)) return complexity;
    throw new AsktellError(
      'invalid-argument',
      `${where}: refit.oneStandardError returned ${show(complexity)} for ${show(results.params[i])}. It must return a number.`,
    );
  };
  let chosen = best;
  let chosenComplexity = complexityOf(best);
  for (const [i, mean] of means.entries()) {
    if (!(mean >= least)) continue;
    const complexity = complexityOf(i);
    if (complexity < chosenComplexity || (complexity === chosenComplexity && mean > (means[chosen] as number))) {
      chosen = i;
      chosenComplexity = complexity;
    }
  }
  return chosen;
}
