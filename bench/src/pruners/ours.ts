import {
  createStudy,
  HyperbandPruner,
  int,
  type Json,
  type Pruner,
  restorePruner,
  type Study,
  SuccessiveHalvingPruner,
  TpeSampler,
} from 'asktell';
import { type PrunerRun, type PrunerTask, studySeed } from './run.ts';
import type { CurveTable } from './tables/curve-table.ts';

/**
 * Our TPE with a pruner of ours, until its steps are used up. pruners_peer.py does the same with Optuna's.
 */
export async function runOurs(table: CurveTable, task: PrunerTask): Promise<PrunerRun> {
  const { readsFolds } = task.spec;
  const { params, step } = table.file;
  const studyOf = await studiesOf(table, task);
  const started = performance.now();
  const best: [number, number][] = [];
  let [spent, trials, pruned] = [0, 0, 0];
  for (; spent < task.steps; trials++) {
    const study = studyOf(trials);
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

/** The study of each trial: one, or one for each bracket of Hyperband. Brackets do not compare their trials. */
async function studiesOf(table: CurveTable, task: PrunerTask): Promise<(number: number) => Study> {
  const { name, options, samplerPerBracket } = task.spec;
  const { params, steps } = table.file;
  const studyName = `${task.table}-${task.seed}`;
  const open = async (pruner: Pruner, at: number): Promise<Study> =>
    (await createStudy({
      name: studyName,
      sampler: new TpeSampler(),
      pruner,
      space: Object.fromEntries(params.map((param) => [param.name, int(0, param.values.length - 1)])),
      seed: studySeed(task) + at,
    })) as unknown as Study;
  if (samplerPerBracket !== true) {
    const study = await open(restorePruner({ name, version: 1, options: options as Json }), 0);
    return () => study;
  }
  const hyperband = new HyperbandPruner({ maxResource: steps });
  const { history } = await open(hyperband, 0);
  const { brackets } = hyperband.fold.init({ study: studyName, history });
  if (brackets === null) throw new Error('Hyperband has no brackets');
  const { reductionFactor } = hyperband;
  const studies = await Promise.all(
    brackets.shares.map((_, at) =>
      open(new SuccessiveHalvingPruner({ minResource: reductionFactor ** at, reductionFactor }), at),
    ),
  );
  return (number) => studies[brackets.of(studyName, number)] as Study;
}
