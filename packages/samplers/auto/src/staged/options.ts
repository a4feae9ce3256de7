import {
  AsktellError,
  type Checks,
  check,
  checkOptions,
  type Json,
  must,
  type Sampler,
  savePart,
  show,
} from '@asktell/core';

/** How the region of a stage is chosen. */
export interface RegionOptions {
  /** Share of the trials that the region surrounds: the best complete ones. Failed trials do not count. Default: 0.25. */
  readonly quantile?: number;
  /** How much the region extends beyond these trials at each end, as a share of their range. Default: 0.25. */
  readonly margin?: number;
  /** Share of the trials of the stage that are drawn from the whole space, in case the region is wrong. Default: 0.1. */
  readonly outside?: number;
}

/** A stage of `StagedSampler`. */
export interface Stage {
  readonly sampler: Sampler;
  /**
   * Number of finished trials after which the next stage begins. Trials that run at that moment are not counted. The last
   * stage has no end. A stage whose sampler enumerates, such as `GridSampler`, also ends when nothing is left to propose,
   * and may omit the number.
   */
  readonly trials?: number;
  /** The sampler searches the region around the best trials of all earlier stages. Default: the whole space. */
  readonly region?: RegionOptions;
}

/** Options of `StagedSampler`. They are saved with the study, samplers as their names and options. */
export interface StagedOptions {
  /** At least two. */
  readonly stages: readonly Stage[];
  /** Whole number from 0 to 2^53 - 1. Replaces the seed of the study. */
  readonly seed?: number;
}

/** A checked stage. */
export interface CheckedStage {
  readonly sampler: Sampler;
  /** Infinity: until the sampler has nothing left to propose, or for ever. */
  readonly trials: number;
  readonly region: Required<RegionOptions> | null;
}

const defaults: Required<RegionOptions> = { quantile: 0.25, margin: 0.25, outside: 0.1 };

const isNumber = (value: unknown, low: number, high: number): boolean =>
  typeof value === 'number' && value >= low && value <= high;

const regionChecks: Checks<RegionOptions> = {
  quantile: must('a number above 0 and at most 1', (value) => isNumber(value, 0, 1) && value !== 0),
  margin: must('a finite number of at least 0', (value) => isNumber(value, 0, Number.MAX_VALUE)),
  outside: must('a number of at least 0 and below 1', (value) => isNumber(value, 0, 1) && value !== 1),
};

const stageChecks: Checks<Stage> = {
  sampler: must('a sampler, as in { sampler: new RandomSampler() }', isSampler),
  trials: check.count(1),
  region: check.object,
};

const checks: Checks<StagedOptions> = {
  stages: must(
    'a list of at least two stages such as { sampler: new RandomSampler(), trials: 20 }',
    (value) => Array.isArray(value) && value.length >= 2,
  ),
  seed: check.seed,
};

function isSampler(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { name, config, supports, propose, sampleOne } = value as Partial<Sampler>;
  const samples = typeof propose === 'function' || typeof sampleOne === 'function';
  return typeof name === 'string' && typeof config === 'object' && typeof supports === 'object' && samples;
}

/** @throws AsktellError `invalid-argument` */
export function checkStagedOptions(options: unknown): {
  readonly stages: readonly CheckedStage[];
  readonly seed: number | undefined;
} {
  checkOptions('StagedSampler', options, checks);
  const { stages, seed } = options as StagedOptions;
  if (stages === undefined)
    throw bad('stages is missing. Pass a list: { stages: [{ sampler: new RandomSampler(), trials: 20 }, …] }.');
  return { stages: stages.map((stage, k) => checkStage(stage, k, stages.length)), seed };
}

function checkStage(stage: Stage, k: number, count: number): CheckedStage {
  const where = `StagedSampler: stage ${k + 1}`;
  checkOptions(where, stage, stageChecks);
  const { sampler, trials, region } = stage;
  if (sampler === undefined) throw bad(`stage ${k + 1} has no sampler. Pass one: { sampler: new RandomSampler() }.`);
  if (sampler.name === 'partial-fixed')
    throw bad(
      `stage ${k + 1} must not fix parameters. Fix them for all stages: new PartialFixedSampler({ fixed, base: new StagedSampler(…) }).`,
    );
  const isLast = k === count - 1;
  if (isLast && trials !== undefined) throw bad(`the last stage has no end, so omit its trials: ${show(trials)}.`);
  if (!isLast && trials === undefined && sampler.supports.exclusive !== 'enumerates')
    throw bad(`stage ${k + 1} has no end. Pass its number of trials, for example trials: 20.`);
  if (region === undefined) return { sampler, trials: trials ?? Number.POSITIVE_INFINITY, region: null };
  if (k === 0) throw bad('stage 1 cannot have a region, because there are no earlier trials. Remove it.');
  checkOptions(`${where}: region`, region, regionChecks);
  const given = Object.fromEntries(Object.entries(region).filter(([, value]) => value !== undefined));
  return { sampler, trials: trials ?? Number.POSITIVE_INFINITY, region: { ...defaults, ...given } };
}

/** The options as JSON, nested samplers as they are saved with a study. */
export function configOf(stages: readonly CheckedStage[], seed: number | undefined): Json {
  return {
    stages: stages.map(
      ({ sampler, trials, region }): Json => ({
        sampler: savePart(sampler) as unknown as Json,
        ...(Number.isFinite(trials) ? { trials } : {}),
        ...(region === null ? {} : { region: { ...region } }),
      }),
    ),
    ...(seed === undefined ? {} : { seed }),
  };
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `StagedSampler: ${message}`);
}
