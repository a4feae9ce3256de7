import { createStudy, type Json, type PruneContext, RandomSampler, restorePruner } from 'asktell';

/** Which pruner to measure. */
export interface DecisionTask {
  readonly pruner: string;
  readonly options: { readonly [option: string]: Json };
  readonly trials: number;
  readonly steps: number;
}

export interface DecisionResult {
  /** Microseconds of one decision: mean over the steps, and at the slowest step. */
  readonly mean: number;
  readonly slowest: number;
  /** Microseconds for taking in one finished trial. */
  readonly absorb: number;
  /** Microseconds of `report` and `shouldPrune` together, in memory, mean over the last trials. */
  readonly asked: number;
}

const rounds = 400;

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
    const began = performance.now();
    for (let step = 0; step < steps; step++) {
      await trial.report(reported(i, step), step);
      await trial.shouldPrune();
    }
    if (i >= trials - timed) asked += performance.now() - began;
    await study.tell(trial, valueAt(i, steps - 1));
  }
  const { history } = study;
  const { fold } = pruner;
  const foldContext = { study: study.name, history };
  const began = performance.now();
  const state = fold?.init(foldContext);
  for (const row of history.finished) fold?.absorb(state, row, foldContext);
  const absorb = (performance.now() - began) / trials;
  const times: number[] = [];
  const trial = await study.ask();
  for (let step = 0; step < steps; step++) {
    await trial.report(reported(trial.number, step), step);
    const rng: PruneContext['rng'] = () => {
      throw new Error('no pruner here draws random numbers');
    };
    const ctx: PruneContext = { study: study.name, number: trial.number, step, history: study.history, rng };
    const start = performance.now();
    for (let i = 0; i < rounds; i++) pruner.decide(state, ctx);
    times.push((performance.now() - start) / rounds);
  }
  return {
    mean: (1000 * times.reduce((sum, time) => sum + time, 0)) / steps,
    slowest: 1000 * Math.max(...times),
    absorb: 1000 * absorb,
    asked: (1000 * asked) / timed / steps,
  };
}
