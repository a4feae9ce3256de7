import { createStudy, type Json, type PruneContext, RandomSampler, restorePruner } from 'asktell';

/** Which pruner to measure. */
export interface DecisionTask {
  readonly pruner: string;
  readonly options: { readonly [option: string]: Json };
  readonly trials: number;
  readonly steps: number;
}

/** Processor time, so that other programs do not disturb it. */
export interface DecisionResult {
  /** Microseconds of one decision, mean over several trials: over all steps, and at the slowest step. */
  readonly mean: number;
  readonly slowest: number;
  /** Microseconds for taking in one finished trial. */
  readonly absorb: number;
  /** Microseconds of `report` and `shouldPrune` together, in memory, mean over the last trials. */
  readonly asked: number;
}

/** Processor time of this process so far, in microseconds. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The number of trials that are decided, and how often each of their steps is. */
const decided = 20;
const rounds = 40;

/** A learning curve with noise, the same for the same trial. */
function valueAt(trial: number, step: number): number {
  const wave = (x: number): number =>
    Math.sin(x * 12.9898) * 43_758.5453 - Math.floor(Math.sin(x * 12.9898) * 43_758.5453);
  return wave(trial) + 3 / (step + 1) ** (0.3 + wave(trial + 0.5)) + 0.05 * wave(trial * 31 + step);
}

/**
 * Decisions next to many finished trials that have all run to their end. Successive halving finds a value at every rung
 * of each of them.
 */
export async function measureDecisions({
  pruner: name,
  options,
  trials,
  steps,
}: DecisionTask): Promise<DecisionResult> {
  const pruner = restorePruner({ name, version: 1, options });
  const study = await createStudy({
    name: 'decisions',
    pruner,
    sampler: new RandomSampler(),
    seed: 1,
    metrics: ['loss', 'latency'],
  });
  const hasNames = 'metric' in options || 'metrics' in options;
  const reported = (trial: number, step: number): number | { readonly loss: number; readonly latency: number } => {
    const loss = valueAt(trial, step);
    return hasNames ? { loss, latency: valueAt(trial + 0.37, step) } : loss;
  };
  let asked = 0;
  const timed = Math.min(100, trials);
  for (let i = 0; i < trials; i++) {
    const trial = await study.ask();
    const began = used();
    for (let step = 0; step < steps; step++) {
      await trial.report(reported(i, step), step);
      await trial.shouldPrune();
    }
    if (i >= trials - timed) asked += used() - began;
    await study.tell(trial, valueAt(i, steps - 1));
  }
  const { history } = study;
  const { fold } = pruner;
  const foldContext = { study: study.name, history };
  const began = used();
  const state = fold?.init(foldContext);
  for (const row of history.finished) fold?.absorb(state, row, foldContext);
  const absorb = (used() - began) / trials;
  const times = new Float64Array(steps);
  for (let i = 0; i < decided; i++) {
    const trial = await study.ask();
    for (let step = 0; step < steps; step++) {
      await trial.report(reported(trial.number, step), step);
      const rng: PruneContext['rng'] = () => {
        throw new Error('no pruner here draws random numbers');
      };
      const ctx: PruneContext = { study: study.name, number: trial.number, step, history: study.history, rng };
      const start = used();
      for (let k = 0; k < rounds; k++) pruner.decide(state, ctx);
      times[step] = (times[step] as number) + (used() - start) / rounds / decided;
    }
    await study.prune(trial);
  }
  return {
    mean: times.reduce((sum, time) => sum + time, 0) / steps,
    slowest: Math.max(...times),
    absorb,
    asked: asked / timed / steps,
  };
}
