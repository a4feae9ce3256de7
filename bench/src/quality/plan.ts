import { type Problem, problems } from '@asktell/testing/problems';
import { expensivePeers, refusal } from './expensive-peers.ts';
import { expensiveProblems } from './expensive-problems.ts';
import { type QualityOptions, readSamplers } from './options.ts';
import { ourSampler } from './ours.ts';
import { defaultOpponent, isExpensive, isPeer, peerSamplers } from './peers.ts';
import type { RunTask, SamplerSpec } from './run.ts';

/** Who is compared with whom, on which problems. */
export interface Match {
  readonly ours: SamplerSpec;
  readonly theirs: SamplerSpec;
  readonly problems: readonly Problem[];
  /** Problems that one of them cannot do, and why. */
  readonly skipped: readonly string[];
}

/**
 * Problems of a split: the expensive ones, those of a family or with a tag if there is one of that name, else those whose name matches.
 * @throws Error when there is none
 */
export function chosenProblems({ problems: filter, split }: QualityOptions): readonly Problem[] {
  const inSplit = problems.filter((problem) => split === 'both' || problem.split === split);
  if (filter === null) return inSplit;
  if (filter === 'expensive') return listed(inSplit);
  const labelled = inSplit.filter(({ family, tags }) => family === filter || tags.includes(filter));
  const pattern = patternOf(filter);
  const chosen = labelled.length > 0 ? labelled : inSplit.filter(({ name }) => pattern.test(name));
  if (chosen.length === 0) throw new Error(`no problem of the split '${split}' is called '${filter}', or has that tag`);
  return chosen;
}

function listed(inSplit: readonly Problem[]): readonly Problem[] {
  const chosen = inSplit.filter(({ name }) => expensiveProblems.includes(name));
  if (chosen.length === 0) throw new Error("--problems expensive is a list of problems of the split 'report'");
  return chosen;
}

function patternOf(filter: string): RegExp {
  try {
    return new RegExp(filter);
  } catch (error) {
    throw new Error(`--problems is a family, a tag or a regular expression, and '${filter}' is none`, { cause: error });
  }
}

/** Why a sampler cannot run on a problem, or `null`. */
function incompatibility(sampler: SamplerSpec, problem: Problem): string | null {
  if (!isPeer(sampler)) {
    const isFit = problem.objectives === 1 || ourSampler(sampler).supports.objectives === 'many';
    return isFit ? null : `${sampler.label} takes one objective`;
  }
  const expensive = expensivePeers[sampler.name];
  if (expensive !== undefined) {
    const reason = refusal(expensive, problem);
    return reason === null ? null : `${sampler.label}: ${reason}`;
  }
  const able = peerSamplers[sampler.name] as (typeof peerSamplers)[string];
  if (problem.objectives > 1 && !able.several) return `${sampler.label} takes one objective`;
  const isPlain = problem.family === 'smooth' || problem.family === 'multimodal';
  return able.floatsOnly && !isPlain ? `${sampler.label} takes plain floats` : null;
}

/**
 * Every sampler with each of its opponents.
 * @throws Error for a sampler that is not there, or refuses its options: now, not in each of its studies
 */
export function matchesOf(options: QualityOptions): readonly Match[] {
  const chosen = chosenProblems(options);
  for (const sampler of [...options.samplers, ...(options.against ?? [])]) {
    if (!isPeer(sampler)) ourSampler(sampler);
    else if (isExpensive(sampler) && Object.keys(sampler.options).length > 0)
      throw new Error(`${sampler.name} runs as its documentation teaches and takes no options, not '${sampler.label}'`);
  }
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

/** Names a run among those of one command. */
export function runKey(sampler: string, problem: string, seed: number): string {
  return `${sampler} ${problem} ${seed}`;
}

/** Each run once, by key; problem by problem, so that the first lines of the table are known early. */
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
