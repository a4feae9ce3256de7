import { type FloatDist, rngFor, type SpaceFields } from '@asktell/core';
import { type Problem, type ProblemParams, problems } from '@asktell/testing/problems';

/** What is told as the gradient. `none`: nothing, for the base sampler alone. */
export type Told = 'none' | 'exact' | 'noise' | 'zeros' | 'wrong sign';

/** Smooth functions of 2 to 20 dimensions, chosen before anything was measured. Functions with many ripples are left out. */
const names: { readonly [split in Problem['split']]: readonly string[] } = {
  tune: [
    'branin-2d-rotated',
    'hartmann3-3d-rotated',
    'ellipsoid-3d-shifted',
    'rosenbrock-4d-shifted',
    'sphere-5d-shifted',
    'hartmann6-6d-shifted',
    'ellipsoid-8d-rotated',
    'rosenbrock-10d-rotated',
    'styblinski-tang-10d-shifted',
    'sphere-15d-shifted',
  ],
  report: [
    'rosenbrock-2d-shifted',
    'branin-2d-shifted',
    'hartmann3-3d-shifted',
    'styblinski-tang-3d-rotated',
    'ellipsoid-5d-rotated',
    'hartmann6-6d-rotated',
    'rosenbrock-6d-rotated',
    'ellipsoid-10d-rotated',
    'sphere-20d-shifted',
    'rosenbrock-20d-shifted',
  ],
};

/** The problems of a split. */
export function smoothProblems(split: Problem['split']): readonly Problem[] {
  return names[split].map((name) => {
    const found = problems.find((problem) => problem.name === name && problem.split === split);
    if (found === undefined) throw new Error(`there is no problem ${name} in the split ${split}`);
    return found;
  });
}

/** The best value above the optimum. Differences below the precision of the problem are not distinguished. */
export function regret({ optimum, precision }: Problem, value: number): number {
  if (optimum.kind !== 'value') throw new Error('a smooth problem has one objective');
  return Math.max(precision, value - optimum.value);
}

/** The value of a smooth problem. */
export function valueAt({ objective }: Problem, params: ProblemParams): number {
  return objective(params).values[0] as number;
}

/** Width of a central difference as a fraction of a range. */
const difference = 1e-6;

/**
 * The derivatives of a problem by parameter, as central differences. For `noise` each is replaced by a normal number whose
 * standard deviation is the root mean square of the derivatives, in units of the ranges.
 */
export function toldGradient(
  problem: Problem,
  params: ProblemParams,
  told: Told,
  seed: number,
  trial: number,
): { readonly [name: string]: number } {
  const space = problem.space as SpaceFields;
  const slopes: [name: string, slope: number, width: number][] = Object.keys(params).map((name) => {
    const { low, high } = space[name] as FloatDist;
    const x = params[name] as number;
    const h = difference * (high - low);
    const rise = valueAt(problem, { ...params, [name]: x + h }) - valueAt(problem, { ...params, [name]: x - h });
    return [name, rise / (2 * h), high - low];
  });
  const size = Math.sqrt(slopes.reduce((sum, [, slope, width]) => sum + (slope * width) ** 2, 0) / slopes.length);
  const rng = rngFor(seed, trial, 'noise instead of a gradient');
  const change = (slope: number, width: number): number => {
    if (told === 'noise') return (size * rng.normal()) / width;
    return told === 'zeros' ? 0 : told === 'wrong sign' ? -slope : slope;
  };
  return Object.fromEntries(slopes.map(([name, slope, width]) => [name, change(slope, width)]));
}
