import { conditionalProblems } from './conditional.ts';
import { constrainedProblems } from './constrained.ts';
import { continuousProblems } from './continuous.ts';
import { failingProblems } from './failing.ts';
import { frontProblems } from './fronts.ts';
import { mixedProblems } from './mixed.ts';
import { noisyProblems } from './noisy.ts';
import type { Problem } from './problem.ts';
import { tableProblems } from './tables.ts';

/**
 * All test problems of both splits.
 * @example const hard = problems.filter(({ split, tags }) => split === 'report' && tags.includes('rotated'));
 */
export const problems: readonly Problem[] = [
  ...continuousProblems,
  ...mixedProblems,
  ...conditionalProblems,
  ...noisyProblems,
  ...failingProblems,
  ...constrainedProblems,
  ...tableProblems,
  ...frontProblems,
];
