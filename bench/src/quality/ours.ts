import { performance } from 'node:perf_hooks';
import { flatParams, type Problem } from '@asktell/testing/problems';
import { createStudy, isAsktellError, type Json, NopPruner, restoreSampler, type Sampler } from 'asktell';
import { expensivePeers } from './expensive-peers.ts';
import { peerSamplers } from './peers.ts';
import { Recorder } from './recorder.ts';
import { type RunResult, type RunTask, type SamplerSpec, studySeed } from './run.ts';

/**
 * A sampler of ours, by the name under which studies save it.
 * @throws Error for a name that neither ours nor the peers' samplers have, AsktellError when it refuses the options
 */
export function ourSampler({ name, options }: SamplerSpec): Sampler {
  try {
    return restoreSampler({ name, version: 1, options: options as Json });
  } catch (error) {
    if (!isAsktellError(error, 'unknown-sampler')) throw error;
    const peers = [...Object.keys(peerSamplers), ...Object.keys(expensivePeers)];
    throw new Error(`${error.message} Samplers of peers: ${peers.join(', ')}.`);
  }
}

/** One study with a sampler of ours: the oldest of the trials that are out is told, then the next one is asked. */
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
  const out: (() => Promise<void>)[] = [];
  try {
    for (let asked = 0; asked < task.trials; asked++) {
      if (out.length === task.concurrency) await out.shift()?.();
      // As `optimize({ trials: { total } })` does: differential evolution plans with it.
      const [trial] = await study.askBatch(1, { total: task.trials });
      if (trial === undefined) break;
      const outcome = recorder.evaluate(flatParams(trial.params));
      out.push(async () => {
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
