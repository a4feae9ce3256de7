import { performance } from 'node:perf_hooks';
import { flatParams, type Problem } from '@asktell/testing/problems';
import { createStudy, isAsktellError, type Json, NopPruner, restoreSampler, type Sampler } from 'asktell';
import { peerSamplers } from './peers.ts';
import { Recorder } from './recorder.ts';
import { type RunResult, type RunTask, type SamplerSpec, studySeed } from './run.ts';

/**
 * Creates one of our samplers by its registry name.
 * @throws Error for an unknown name, AsktellError for invalid options
 */
export function ourSampler({ name, options }: SamplerSpec): Sampler {
  try {
    return restoreSampler({ name, version: 1, options: options as Json });
  } catch (error) {
    if (!isAsktellError(error, 'unknown-sampler')) throw error;
    throw new Error(`${error.message} The samplers of peers are ${Object.keys(peerSamplers).join(', ')}.`);
  }
}

/** Runs one study with one of our samplers. The oldest pending trial is told before the next trial is asked. */
export async function runOurs(problem: Problem, task: RunTask): Promise<RunResult> {
  const recorder = new Recorder(problem, task);
  const started = performance.now();
  const study = await createStudy({
    sampler: ourSampler(task.sampler),
    pruner: new NopPruner(),
    space: problem.space,
    directions: Array<'minimize'>(problem.objectives).fill('minimize'),
    seed: studySeed(task),
  });
  const pending: (() => Promise<void>)[] = [];
  try {
    for (let asked = 0; asked < task.trials; asked++) {
      if (pending.length === task.concurrency) await pending.shift()?.();
      // The total is passed as in `optimize({ trials: { total } })`, because differential evolution uses it.
      const trial = await study.ask(undefined, { total: task.trials });
      const outcome = recorder.evaluate(flatParams(trial.params));
      pending.push(async () => {
        if (outcome === null) {
          await study.tell(trial, undefined, { state: 'fail' });
          return;
        }
        for (const [name, value] of Object.entries(outcome.constraints ?? {})) await trial.setConstraint(name, value);
        await study.tell(trial, outcome.values);
      });
    }
  } catch (error) {
    if (!isAsktellError(error) || error.code !== 'exhausted') throw error;
  }
  return recorder.end((performance.now() - started) / 1000);
}
