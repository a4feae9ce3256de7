import { createStudy, NopPruner, readNote, type Sampler } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { regret, type Told, toldGradient, valueAt } from './tasks.ts';

/** One study. */
export interface GradientRun {
  /** Regret of the best value after each trial. */
  readonly regrets: readonly number[];
  /** Number of trials that followed a gradient. */
  readonly followed: number;
}

/** Runs a study of a smooth problem. Its trials are told with a gradient, except for `none`. */
export async function runWithGradients(
  problem: Problem,
  sampler: Sampler,
  told: Told,
  seed: number,
  trials: number,
): Promise<GradientRun> {
  const study = await createStudy({ sampler, space: problem.space, seed, pruner: new NopPruner() });
  const regrets: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < trials; i++) {
    const trial = await study.ask();
    const { params } = trial as { readonly params: { readonly [name: string]: unknown } };
    const value = valueAt(problem, params);
    best = Math.min(best, value);
    regrets.push(regret(problem, best));
    const gradient = toldGradient(problem, params, told, seed, i);
    await study.tell(trial as never, value, told === 'none' ? {} : { gradient });
  }
  const all = await study.trials();
  const followed = all.filter(({ record }) => isStep(readNote(record.systemAttrs?.get('asktell:note'))?.sampler));
  return { regrets, followed: followed.length };
}

function isStep(note: unknown): boolean {
  return typeof note === 'object' && note !== null && 'gradient' in note && note.gradient !== null;
}
