import { createStudy, int, type Json, restorePruner } from 'asktell';
import { samplerFor } from './pruned-models.ts';
import { type PrunerRun, type PrunerTask, studySeed } from './run.ts';
import type { CurveTable } from './tables/curve-table.ts';

/**
 * Our TPE with a pruner of ours, until its steps are used up. pruners_peer.py does the same with Optuna's.
 */
export async function runOurs(table: CurveTable, task: PrunerTask): Promise<PrunerRun> {
  const { spec, seed } = task;
  const { name, options, readsFolds } = spec;
  const { params, step } = table.file;
  const study = await createStudy({
    name: `${task.table}-${seed}`,
    sampler: samplerFor(spec),
    pruner: restorePruner({ name, version: 1, options: options as Json }),
    space: Object.fromEntries(params.map((param) => [param.name, int(0, param.values.length - 1)])),
    seed: studySeed(task),
  });
  const started = performance.now();
  const best: [number, number][] = [];
  let [spent, trials, pruned] = [0, 0, 0];
  for (; spent < task.steps; trials++) {
    const trial = await study.ask();
    const chosen = trial.params as { readonly [name: string]: number };
    const curve = table.curve(params.map((param) => chosen[param.name] as number));
    let sum = 0;
    let isPruned = false;
    let done = 0;
    while (done < curve.length && spent < task.steps && !isPruned) {
      const value = curve[done++] as number;
      spent++;
      sum += value;
      await trial.report(step === 'fold' && !readsFolds ? sum / done : value, done);
      isPruned = await trial.shouldPrune();
    }
    if (done < curve.length || isPruned) {
      pruned++;
      // Optuna's advice for its Wilcoxon pruner: tell the mean so far.
      if (readsFolds) await study.tell(trial, sum / done);
      else await study.tell(trial, undefined, { state: 'pruned' });
      continue;
    }
    const final = table.final(curve);
    await study.tell(trial, final);
    if (final < (best.at(-1)?.[1] ?? Number.POSITIVE_INFINITY)) best.push([spent, final]);
  }
  return { best, trials, pruned, seconds: (performance.now() - started) / 1000 };
}
