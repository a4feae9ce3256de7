import { type Problem, problems } from '@asktell/testing/problems';
import { type QualityOptions, readSamplers } from './options.ts';
import { ourSampler } from './ours.ts';
import { defaultOpponent, isPeer, peerSamplers } from './peers.ts';
import type { RunTask, SamplerSpec } from './run.ts';

/** A pair of samplers and the problems on which they are compared. */
export interface Match {
  readonly ours: SamplerSpec;
  readonly theirs: SamplerSpec;
  readonly problems: readonly Problem[];
  /** Problems that one of the samplers does not support, with the reasons. */
  readonly skipped: readonly string[];
}

/**
 * Selects the problems of a split. The filter is a family or a tag if one has this name, otherwise a regular expression on
 * names.
 * @throws Error if no problem is selected
 */
export function chosenProblems({ problems: filter, split }: QualityOptions): readonly Problem[] {
  const inSplit = problems.filter((problem) => split === 'both' || problem.split === split);
  if (filter === null) return inSplit;
  const labelled = inSplit.filter(({ family, tags }) => family === filter || tags.includes(filter));
  const pattern = patternOf(filter);
  const chosen = labelled.length > 0 ? labelled : inSplit.filter(({ name }) => pattern.test(name));
  if (chosen.length === 0)
    throw new Error(`--problems must select a problem of the split '${split}', unlike '${filter}'`);
  return chosen;
}

function patternOf(filter: string): RegExp {
  try {
    return new RegExp(filter);
  } catch (error) {
    throw new Error(`--problems must be a family, a tag or a regular expression, not '${filter}'`, { cause: error });
  }
}

/** The reason why a sampler does not support a problem, or `null`. */
function incompatibility(sampler: SamplerSpec, problem: Problem): string | null {
  if (!isPeer(sampler)) {
    const isSupported = problem.objectives === 1 || ourSampler(sampler).supports.objectives === 'many';
    return isSupported ? null : `${sampler.label} supports only one objective`;
  }
  const { several, floatsOnly } = peerSamplers[sampler.name] as (typeof peerSamplers)[string];
  if (problem.objectives > 1 && !several) return `${sampler.label} supports only one objective`;
  const hasFloatsOnly = problem.family === 'smooth' || problem.family === 'multimodal';
  return floatsOnly && !hasFloatsOnly ? `${sampler.label} supports only floats` : null;
}

/**
 * Pairs every sampler with each of its opponents.
 * @throws Error for an unknown sampler or invalid options, before any study runs
 */
export function matchesOf(options: QualityOptions): readonly Match[] {
  const chosen = chosenProblems(options);
  for (const sampler of [...options.samplers, ...(options.against ?? [])]) if (!isPeer(sampler)) ourSampler(sampler);
  return options.samplers.flatMap((ours) =>
    (options.against ?? readSamplers(defaultOpponent(ours.name))).map((theirs) => {
      const reasons = new Map(
        chosen.map((problem) => [problem, incompatibility(ours, problem) ?? incompatibility(theirs, problem)]),
      );
      return {
        ours,
        theirs,
        problems: chosen.filter((problem) => reasons.get(problem) === null),
        skipped: [...reasons].flatMap(([{ name }, reason]) => (reason === null ? [] : [`${name}: ${reason}`])),
      };
    }),
  );
}

/** The key of a run within one command. */
export function runKey(sampler: string, problem: string, seed: number): string {
  return `${sampler} ${problem} ${seed}`;
}

/** All distinct runs by key. They are ordered by problem, so that the first problems are finished early. */
export function tasksOf(
  matches: readonly Match[],
  { trials, seeds, concurrency }: QualityOptions,
): ReadonlyMap<string, RunTask> {
  const tasks = new Map<string, RunTask>();
  for (const problem of new Set(matches.flatMap((match) => match.problems))) {
    for (const match of matches.filter((candidate) => candidate.problems.includes(problem))) {
      for (const sampler of [match.ours, match.theirs]) {
        for (let seed = 1; seed <= seeds; seed++) {
          const task = { sampler, problem: problem.name, seed, trials, concurrency };
          tasks.set(runKey(sampler.label, problem.name, seed), task);
        }
      }
    }
  }
  return tasks;
}
