import { runInChild } from '../child.ts';
import { count, type Row } from '../table.ts';
import type { DecisionResult, DecisionTask } from './measure.ts';

const steps = 30;
const median = { name: 'median', version: 1, options: {} };

const pruners: readonly Pick<DecisionTask, 'pruner' | 'options'>[] = [
  { pruner: 'median', options: {} },
  { pruner: 'percentile', options: { percentile: 25, window: 5 } },
  { pruner: 'successive-halving', options: {} },
  { pruner: 'hyperband', options: {} },
  { pruner: 'pasha', options: {} },
  { pruner: 'threshold', options: { upper: 9 } },
  { pruner: 'patient', options: { base: median, patience: 3 } },
  { pruner: 'wilcoxon', options: {} },
  { pruner: 'racing', options: {} },
  { pruner: 'learning-curve', options: {} },
  { pruner: 'median', options: { metric: 'latency', direction: 'minimize' } },
  { pruner: 'pareto', options: { metrics: ['loss', 'latency'], directions: ['minimize', 'minimize'] } },
  { pruner: 'constraint', options: { limit: 1 } },
  { pruner: 'any-of', options: { pruners: [median, { name: 'threshold', version: 1, options: { upper: 9 } }] } },
];

/** What a pruner's decision costs next to many finished trials. */
export async function decisions(scale: number): Promise<Row[]> {
  const trials = 10_000 / scale;
  const rows: Row[] = [];
  for (const { pruner, options } of pruners) {
    const task = { kind: 'decisions', pruner, options, trials, steps } as const;
    const { mean, slowest, absorb, asked } = await runInChild<DecisionResult>(task);
    rows.push({
      work: `decision of ${pruner}${'metric' in options ? ' of a second metric' : ''}, ${count(trials)} trials × ${steps}`,
      result: `${micro(mean)} µs`,
      detail: `slowest step ${micro(slowest)} µs; report and shouldPrune ${micro(asked)} µs; taking in a trial ${micro(absorb)} µs`,
    });
  }
  return rows;
}

const micro = (time: number): string => (time < 10 ? time.toFixed(1) : time.toFixed(0));
