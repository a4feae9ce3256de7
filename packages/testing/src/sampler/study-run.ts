import {
  createStudy,
  type Direction,
  type Distribution,
  type DuplicatePolicy,
  type FrozenTrial,
  keys,
  loadStudy,
  NopPruner,
  type OrphanPolicy,
  type Sampler,
  type Scalar,
  type Space,
  type Storage,
  type Study,
  type StudyEnvironment,
  type Trial,
} from '@asktell/core';
import { suggestAll } from './subject.ts';

/** An environment without output and without a process. Workers are identified by their names. */
export const quiet: StudyEnvironment = {
  process: null,
  output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
  compileExpression: null,
};

/** Never prunes, and puts trials in three groups, for samplers that read them. */
class GroupingPruner extends NopPruner {
  group(_study: string, number: number): number {
    return number % 3;
  }
}

export interface RunOptions {
  readonly storage: Storage;
  readonly sampler: Sampler;
  /** `null` means define-by-run. */
  readonly space: Space | null;
  readonly seed?: number;
  readonly worker?: string;
  readonly directions?: readonly Direction[];
  readonly orphans?: OrphanPolicy;
  readonly duplicates?: DuplicatePolicy;
}

/** Opens the study, or creates it when it does not exist. */
export async function openStudy(options: RunOptions): Promise<Study> {
  const { storage, sampler, space, seed = 7, worker = 'w', directions = ['minimize'], orphans = 'reclaim' } = options;
  const { duplicates = 'allow' } = options;
  const exists = (await storage.findStudy('run')) !== undefined;
  const handle = {
    name: 'run',
    pruner: new GroupingPruner(),
    storage,
    sampler,
    worker,
    orphans,
    duplicates,
    ...(space === null ? {} : { space }),
  };
  const host = { environment: quiet };
  const study = exists ? await loadStudy(handle, host) : await createStudy({ ...handle, seed, directions }, host);
  return study as unknown as Study;
}

/** Suggests a parameter of any distribution. */
export function suggest(trial: Trial, name: string, dist: Distribution): Scalar {
  if (dist.kind === 'categorical') return trial.suggestCategorical(name, dist.choices);
  const options = { log: dist.log, ...(dist.step === null || dist.log ? {} : { step: dist.step }) };
  return dist.kind === 'int'
    ? trial.suggestInt(name, dist.low, dist.high, options)
    : trial.suggestFloat(name, dist.low, dist.high, options);
}

/** A deterministic value in [-n, n] for n parameters. */
export function score(params: object): number {
  let sum = 0;
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'object' && value !== null) sum += score(value);
    else sum += Math.sin(name.length + (typeof value === 'number' ? Math.atan(value) * 3 : String(value).length * 1.7));
  }
  return sum;
}

/**
 * The derivatives of {@link score} by the numeric parameters that are stored. Samplers may use them. A trial of a study
 * with several objectives has none.
 */
export function slopes(study: Study, { number }: Trial): { readonly [name: string]: number } {
  const { names, dists, x } = study.history.params(number);
  const out: { [name: string]: number } = {};
  names.forEach((name, i) => {
    if (dists[i]?.kind === 'categorical') return;
    const value = x[i] as number;
    const { length } = name.slice(name.lastIndexOf('.') + 1);
    out[name] = (Math.cos(length + Math.atan(value) * 3) * 3) / (1 + value * value);
  });
  return out;
}

/** Reports a value and tells the trial. Depending on its number the trial completes, fails, is NaN or is pruned. */
export async function measure(study: Study, trial: Trial, space: Space | null): Promise<void> {
  if (space === null) suggestAll((name, dist) => suggest(trial, name, dist));
  const value = score(trial.params);
  await trial.report(value, 0);
  if (trial.number % 7 === 3) await study.tell(trial, undefined, { state: 'fail', reason: 'every seventh fails' });
  else if (trial.number % 11 === 5)
    await study.tell(
      trial,
      study.directions.map(() => Number.NaN),
    );
  else if (trial.number % 13 === 6 && study.directions.length === 1)
    await study.tell(trial, undefined, { state: 'pruned' });
  else
    await study.tell(
      trial,
      study.directions.map((_, k) => value * (k + 1)),
      study.directions.length === 1 ? { gradient: slopes(study, trial) } : {},
    );
}

/** Takes and measures `count` trials, or fewer when the sampler is exhausted. */
export async function runTrials(study: Study, count: number, space: Space | null): Promise<void> {
  for await (const trial of study.take({ trials: count })) await measure(study, trial, space);
}

/** The part of a trial that seed and history determine bit for bit: everything except stamps and owners. */
export interface TrialFacts {
  readonly number: number;
  readonly state: string;
  readonly names: readonly string[];
  readonly x: readonly number[];
  readonly values: readonly number[] | null;
  readonly note: unknown;
}

export function factsOf({ record }: Pick<FrozenTrial, 'record'>): TrialFacts {
  const { number, state, names, x, values, systemAttrs } = record;
  return { number, state, names: [...names], x: Array.from(x), values, note: systemAttrs?.get(keys.note) };
}

export async function allFacts(study: Study): Promise<readonly TrialFacts[]> {
  return (await study.trials()).map(factsOf);
}
