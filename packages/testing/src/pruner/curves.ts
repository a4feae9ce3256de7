import {
  createStudy,
  type Direction,
  loadStudy,
  type Pruner,
  type Sampler,
  type Storage,
  type Study,
  type Trial,
} from '@asktell/core';
import fc from 'fast-check';
import { quiet } from '../sampler/study-run.ts';

/** The reports of one trial, and how it ends when it is not pruned. */
export interface Curve {
  /** Ascending steps. */
  readonly steps: readonly number[];
  readonly values: readonly number[];
  readonly end: 'complete' | 'fail' | 'pruned';
}

function curveOf(special: readonly number[]): fc.Arbitrary<Curve> {
  const step = fc.oneof(
    { weight: 9, arbitrary: fc.nat(12) },
    { weight: 1, arbitrary: fc.constantFrom(1000, 2 ** 31 - 1) },
  );
  const value = fc.oneof(
    // Multiples of 1/4 have exact means and percentiles, and they produce ties.
    { weight: 12, arbitrary: fc.integer({ min: -400, max: 400 }).map((x) => x / 4) },
    { weight: 1, arbitrary: fc.constantFrom(...special) },
  );
  const end = fc.oneof(
    { weight: 6, arbitrary: fc.constant('complete' as const) },
    { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'pruned' as const) },
  );
  return fc
    .record({
      steps: fc.uniqueArray(step, { maxLength: 8 }),
      values: fc.array(value, { minLength: 8, maxLength: 8 }),
      end,
    })
    .map(({ steps, values, end }) => ({
      steps: [...steps].sort((a, b) => a - b),
      values: values.slice(0, steps.length),
      end,
    }));
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** A learning curve, possibly with gaps, NaN, infinities or a late start, or without any report. */
export const arbitraryCurve: fc.Arbitrary<Curve> = curveOf([nan, inf, -inf, 1e308, -1e308]);

/** As {@link arbitraryCurve}, and often with the same value at several steps. */
export const repeatingCurve: fc.Arbitrary<Curve> = fc
  .tuple(arbitraryCurve, fc.boolean())
  .map(([curve, isCoarse]) => (isCoarse ? { ...curve, values: curve.values.map((value) => Math.sign(value)) } : curve));

/** Curves without infinities. `Infinity - Infinity` would break the symmetry between minimize and maximize. */
export const finiteCurves: fc.Arbitrary<readonly Curve[]> = fc.array(curveOf([nan, 1e6, -1e6]), {
  minLength: 2,
  maxLength: 25,
});

export const arbitraryCurves: fc.Arbitrary<readonly Curve[]> = fc.array(arbitraryCurve, {
  minLength: 2,
  maxLength: 25,
});

/** Proposes the same point every time, because pruners read only reports. */
const fixedSampler: Sampler = {
  name: 'fixed',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: (_state, _ctx, _name, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.low),
};

export interface CurveRun {
  readonly storage: Storage;
  readonly pruner: Pruner;
  readonly direction?: Direction;
}

/** Opens the study as a restarted worker, or creates it when it does not exist. */
export async function openCurves({ storage, pruner, direction = 'minimize' }: CurveRun): Promise<Study> {
  const options = {
    name: 'curves',
    storage,
    pruner,
    sampler: fixedSampler,
    worker: 'the same worker',
    orphans: { reclaim: 1000 },
  };
  const host = { environment: quiet };
  const exists = (await storage.findStudy('curves')) !== undefined;
  return (exists
    ? await loadStudy(options, host)
    : await createStudy({ ...options, seed: 3, direction }, host)) as unknown as Study;
}

export async function takeTrial(study: Study): Promise<Trial> {
  const { value } = await study.take({ trials: 1 }).next();
  return value as Trial;
}

/** Runs one trial along its curve and returns the pruner's answer after each report. */
export async function runCurve(study: Study, curve: Curve): Promise<readonly boolean[]> {
  const trial = await takeTrial(study);
  const decisions: boolean[] = [];
  for (const [i, step] of curve.steps.entries()) {
    await trial.report(curve.values[i] as number, step);
    const prune = await trial.shouldPrune();
    decisions.push(prune);
    if (!prune) continue;
    await study.tell(trial, undefined, { state: 'pruned' });
    return decisions;
  }
  const last = curve.values.at(-1) ?? 0;
  if (curve.end === 'complete') await study.tell(trial, last);
  else await study.tell(trial, undefined, { state: curve.end });
  return decisions;
}

/** Runs one trial after another along the curves and returns the pruner's answers. */
export async function runCurves(study: Study, curves: readonly Curve[]): Promise<readonly (readonly boolean[])[]> {
  const decisions: (readonly boolean[])[] = [];
  for (const curve of curves) decisions.push(await runCurve(study, curve));
  return decisions;
}

/** The same curves with the opposite sign. */
export function mirrored(curves: readonly Curve[]): readonly Curve[] {
  return curves.map((curve) => ({ ...curve, values: curve.values.map((value) => -value + 0) }));
}
