import {
  createStudy,
  type Direction,
  isAsktellError,
  type Pruner,
  type Sampler,
  savePart,
  type Trial,
} from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnyOfPruner } from '../combine/any-of-pruner.ts';
import { HyperbandPruner } from '../halving/hyperband-pruner.ts';
import { PashaPruner } from '../halving/pasha-pruner.ts';
import { SuccessiveHalvingPruner } from '../halving/successive-halving-pruner.ts';
import { LearningCurvePruner } from '../learning-curve/learning-curve-pruner.ts';
import { PatientPruner } from '../patient/patient-pruner.ts';
import { MedianPruner } from '../percentile/median-pruner.ts';
import { PercentilePruner } from '../percentile/percentile-pruner.ts';
import { RacingPruner } from '../racing/racing-pruner.ts';
import { ThresholdPruner } from '../threshold/threshold-pruner.ts';
import { WilcoxonPruner } from '../wilcoxon/wilcoxon-pruner.ts';
import type { MetricOptions } from './measurements.ts';

const sampler: Sampler = {
  name: 'level',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: () => 0,
};

const pruners: readonly (readonly [string, (metric: MetricOptions) => Pruner])[] = [
  ['median', (metric) => new MedianPruner({ startupTrials: 2, ...metric })],
  ['percentile', (metric) => new PercentilePruner(30, { startupTrials: 1, window: 2, ...metric })],
  ['successive halving', (metric) => new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 2, ...metric })],
  ['successive halving, automatic', (metric) => new SuccessiveHalvingPruner({ reductionFactor: 2, ...metric })],
  ['Hyperband', (metric) => new HyperbandPruner({ reductionFactor: 2, ...metric })],
  ['PASHA', (metric) => new PashaPruner({ reductionFactor: 2, ...metric })],
  ['learning curve', (metric) => new LearningCurvePruner({ startupTrials: 1, ...metric })],
  ['Wilcoxon', (metric) => new WilcoxonPruner({ pThreshold: 0.3, ...metric })],
  ['racing', (metric) => new RacingPruner({ confidence: 0.6, ...metric })],
  ['patient', (metric) => new PatientPruner(null, { patience: 1, ...metric })],
  ['threshold', ({ metric }) => new ThresholdPruner({ upper: 3, ...(metric === undefined ? {} : { metric }) })],
];

type Curves = readonly (readonly number[])[];
const curves: fc.Arbitrary<Curves> = fc.array(
  fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -5, max: 5, noNaN: true })), {
    minLength: 1,
    maxLength: 9,
  }),
  { minLength: 3, maxLength: 12 },
);

/** What the pruner decides about each report. */
async function decisions(
  ask: () => Promise<Trial>,
  tell: (trial: Trial, value: number | null) => Promise<unknown>,
  report: (trial: Trial, value: number, step: number) => Promise<void>,
  all: Curves,
): Promise<boolean[][]> {
  const decided: boolean[][] = [];
  for (const values of all) {
    const trial = await ask();
    const own: boolean[] = [];
    let sum = 0;
    for (let i = 0; i < values.length && own.at(-1) !== true; i++) {
      sum += values[i] as number;
      await report(trial, values[i] as number, i + 1);
      own.push(await trial.shouldPrune());
    }
    await tell(trial, own.at(-1) === true ? null : sum / values.length);
    decided.push(own);
  }
  return decided;
}

/** Decisions without named metrics, in a study with one objective. */
async function plain(pruner: Pruner, direction: Direction, all: Curves): Promise<boolean[][]> {
  const study = await createStudy({ name: 's', sampler, pruner, direction });
  return decisions(
    () => study.ask(),
    (trial, value) => (value === null ? study.prune(trial) : study.tell(trial, value)),
    (trial, value, step) => trial.report(value, step),
    all,
  );
}

describe.each(pruners)('the metric of %s', (_, make) => {
  it.each<Direction>(['minimize', 'maximize'])(
    'decides in a study with two objectives as if it were alone: %s',
    (direction) =>
      fc.assert(
        fc.asyncProperty(curves, async (all) => {
          const study = await createStudy({
            name: 's',
            sampler,
            pruner: make({ metric: 'second' }),
            directions: ['minimize', direction],
            metricNames: ['first', 'second'],
          });
          const together = await decisions(
            () => study.ask(),
            (trial, value) => (value === null ? study.prune(trial) : study.tell(trial, [-value, value])),
            (trial, value, step) => trial.report({ first: value * (step % 3) - 1, second: value }, step),
            all,
          );
          expect(together).toEqual(await plain(make({}), direction, all));
        }),
        { numRuns: 25 },
      ),
  );

  it('may be one that is no objective', () =>
    fc.assert(
      fc.asyncProperty(curves, fc.constantFrom<Direction>('minimize', 'maximize'), async (all, direction) => {
        const pruner = make({ metric: 'latency', direction });
        const study = await createStudy({
          name: 's',
          sampler,
          pruner,
          metrics: ['loss', 'latency'],
          direction: 'maximize',
        });
        const aside = await decisions(
          () => study.ask(),
          (trial, value) => (value === null ? study.prune(trial) : study.tell(trial, 1)),
          (trial, value, step) => trial.report({ loss: step, latency: value }, step),
          all,
        );
        expect(aside).toEqual(await plain(make({}), direction, all));
      }),
      { numRuns: 25 },
    ));

  it('is saved with the pruner', () => {
    const pruner = make({ metric: 'latency', direction: 'maximize' });
    const { fromConfig } = pruner.constructor as unknown as {
      fromConfig(options: unknown, restore: unknown): Pruner;
    };
    const { options } = savePart(pruner);
    expect(options).toMatchObject({ metric: 'latency' });
    expect(savePart(fromConfig(options, () => pruner)).options).toEqual(options);
    expect(savePart(make({})).options).not.toHaveProperty('metric');
  });
});

describe('a metric', () => {
  const open = (pruner: Pruner) => createStudy({ sampler, pruner, metrics: ['loss', 'latency'] });

  async function refusal(decide: () => Promise<unknown>): Promise<string> {
    const error: unknown = await decide().catch((caught: unknown) => caught);
    expect(isAsktellError(error, 'unsupported')).toBe(true);
    return (error as Error).message;
  }

  it('needs a direction if it is no objective', async () => {
    const study = await open(new MedianPruner({ metric: 'latency' }));
    const trial = await study.ask();
    await trial.report({ latency: 1 }, 1);
    expect(await refusal(() => trial.shouldPrune())).toContain(
      'no objective has this name. Say it: { metric: "latency"',
    );
  });

  it('that the study does not declare is refused', async () => {
    const study = await open(new MedianPruner({ metric: 'latncy', direction: 'minimize' }));
    const trial = await study.ask();
    await trial.report({ loss: 1, latency: 1 }, 1);
    const error: unknown = await trial.shouldPrune().catch((caught: unknown) => caught);
    expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    expect((error as Error).message).toBe(
      'The study has no metric "latncy". The metrics that it declares are "loss", "latency".',
    );
  });

  it('is the objective if it is the intermediate value', async () => {
    const study = await open(new MedianPruner({ metric: 'loss' }));
    const trial = await study.ask();
    await trial.report({ loss: 1 }, 1);
    expect(await trial.shouldPrune()).toBe(false);
  });

  it('is needed with several objectives', async () => {
    const study = await createStudy({ sampler, pruner: new MedianPruner(), directions: ['minimize', 'minimize'] });
    const trial = await study.ask();
    await trial.report(1, 1);
    expect(await refusal(() => trial.shouldPrune())).toContain('this study has 2 objectives. Name one');
  });

  it.each<readonly [string, () => unknown, string]>([
    ['a direction alone', () => new MedianPruner({ direction: 'minimize' }), 'needs a metric'],
    ['an empty name', () => new RacingPruner({ metric: '' }), 'metric must be a non-empty string'],
    [
      'another direction',
      () => new HyperbandPruner({ metric: 'a', direction: 'up' as never }),
      "'minimize' or 'maximize'",
    ],
  ])('%s is refused', (_, make, text) => {
    expect(make).toThrow(text);
  });

  it('has rungs of its own, so two halvings of different metrics can be combined', async () => {
    const [loss, latency] = [
      new SuccessiveHalvingPruner({ minResource: 1 }),
      new SuccessiveHalvingPruner({ minResource: 1, metric: 'latency', direction: 'minimize' }),
    ];
    expect(() => new AnyOfPruner([latency, latency])).toThrow('at most one of them for each metric');
    const study = await open(new AnyOfPruner([loss, latency]));
    const first = await study.ask();
    await first.report({ loss: 1, latency: 5 }, 1);
    expect(await first.shouldPrune()).toBe(false);
    expect((await study.tell(first, 1)).systemAttrs).toMatchObject({
      completed_rung_0: 1,
      'asktell:rung:latency:0': 5,
    });
    const second = await study.ask();
    await second.report({ loss: 0, latency: 6 }, 1);
    expect(await second.shouldPrune()).toBe(true);
  });
});
