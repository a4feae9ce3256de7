import { MemoryStorage, type Pruner, type Storage, type Study } from '@asktell/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../effort.ts';
import type { Law } from '../law.ts';
import { memory, type NamedStorage, secondConnection } from '../sampler/subject.ts';
import {
  arbitraryCurve,
  arbitraryCurves,
  type Curve,
  finiteCurves,
  mirrored,
  openCurves,
  repeatingCurve,
  runCurve,
  runCurves,
  takeTrial,
} from './curves.ts';
import { watchedPruner } from './watched-pruner.ts';

/** The pruner under test, and the storages that it is tested on. */
export interface PrunerSubject {
  /** Creates the pruner. Called for each worker and restart. */
  readonly make: () => Pruner;
  /**
   * What the pruner compares a trial with. `trials`: other trials, so nothing is pruned without them. `bounds`: fixed bounds,
   * so other trials have no effect. Default `trials`.
   */
  readonly compares?: 'trials' | 'bounds';
  /**
   * Creates the pruner that decides about negated reports under `maximize` as the pruner of {@link make} decides about the
   * reports under `minimize`. For a pruner with an upper bound it has the negated lower bound. Default: {@link make}.
   */
  readonly makeMirrored?: () => Pruner;
  /** Why decisions depend on the order in which other trials finish. Default: they do not. */
  readonly dependsOnOrder?: string;
  /** Storages for the laws about restarts. Default: `memory`. */
  readonly storages?: readonly NamedStorage[];
}

const group = 'decisions';

function open(subject: PrunerSubject, storage: Storage = new MemoryStorage()): Promise<Study> {
  return openCurves({ storage, pruner: subject.make() });
}

const rising: Curve = {
  steps: Array.from({ length: 12 }, (_, i) => i),
  values: Array.from({ length: 12 }, (_, i) => i * i),
  end: 'complete',
};

/** Good and bad trials in turn, of different lengths. Most pruners prune some of them. They do not depend on a seed. */
const alternating: readonly Curve[] = Array.from({ length: 14 }, (_, trial) => {
  const steps = Array.from({ length: 5 + (trial % 3) }, (_, i) => i);
  return { steps, values: steps.map((i) => (trial % 2 === 0 ? 40 - 2 * i - trial : 10 * i + trial)), end: 'complete' };
});

/** By report: whether the worker is also killed between the report and its decision. */
const deaths = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });

/** Decisions about a trial that is never interrupted, and that goes on when it should be pruned. */
async function follow(subject: PrunerSubject, others: readonly Curve[], curve: Curve): Promise<readonly boolean[]> {
  const study = await open(subject);
  await runCurves(study, others);
  const trial = await takeTrial(study);
  const decisions: boolean[] = [];
  for (const [i, step] of curve.steps.entries()) {
    await trial.report(curve.values[i] as number, step);
    decisions.push(await trial.shouldPrune());
  }
  return decisions;
}

/** The law of pruners that compare a trial with other trials. */
const historyLaw: Law<PrunerSubject> = {
  group,
  name: 'no trial is pruned without history',
  run: async (subject) => {
    await fc.assert(
      fc.asyncProperty(arbitraryCurve, async (curve) => {
        const finite = { ...curve, values: curve.values.map((value) => (Number.isNaN(value) ? 0 : value)) };
        expect(await runCurve(await open(subject), finite)).toEqual(curve.steps.map(() => false));
      }),
      { numRuns: runs(30) },
    );
    expect(await runCurve(await open(subject), rising)).toEqual(rising.steps.map(() => false));
  },
};

/** The law of pruners that compare a trial with fixed bounds. */
const boundsLaw: Law<PrunerSubject> = {
  group,
  name: 'other trials do not affect a pruner with fixed bounds',
  run: (subject) =>
    fc.assert(
      fc.asyncProperty(arbitraryCurves, arbitraryCurve, async (curves, curve) => {
        const study = await open(subject);
        await runCurves(study, curves);
        expect(await runCurve(study, curve)).toEqual(await runCurve(await open(subject), curve));
      }),
      { numRuns: runs(40) },
    ),
};

/** The law about other trials that applies to this subject. */
export function historyLawFor({ compares = 'trials' }: PrunerSubject): Law<PrunerSubject> {
  return compares === 'bounds' ? boundsLaw : historyLaw;
}

/** The laws of every pruner, except those about restarts. */
export const prunerLaws: readonly Law<PrunerSubject>[] = [
  {
    group,
    name: 'no trial is pruned before its first report',
    run: async (subject) => {
      const study = await open(subject);
      await runCurves(
        study,
        Array.from({ length: 8 }, () => rising),
      );
      expect(await (await takeTrial(study)).shouldPrune()).toBe(false);
    },
  },
  {
    group,
    name: 'the same reports give the same decisions',
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(arbitraryCurves, async (curves) => {
          expect(await runCurves(await open(subject), curves)).toEqual(await runCurves(await open(subject), curves));
        }),
        { numRuns: runs(40) },
      ),
  },
  {
    group,
    name: 'negated reports give the same decisions under maximize',
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(finiteCurves, async (curves) => {
          const pruner = (subject.makeMirrored ?? subject.make)();
          const up = await openCurves({ storage: new MemoryStorage(), pruner, direction: 'maximize' });
          expect(await runCurves(up, mirrored(curves))).toEqual(await runCurves(await open(subject), curves));
        }),
        { numRuns: runs(60) },
      ),
  },
  {
    group,
    name: 'deciding has no side effects and a clone of the state is independent',
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(arbitraryCurves, async (curves) => {
          await runCurves(
            await openCurves({ storage: new MemoryStorage(), pruner: watchedPruner(subject.make()) }),
            curves,
          );
        }),
        { numRuns: runs(30) },
      ),
  },
  {
    group,
    name: 'studies that share one pruner object do not affect each other',
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(arbitraryCurves, arbitraryCurves, async (curves, others) => {
          const pruner = subject.make();
          const studies = [
            await openCurves({ storage: new MemoryStorage(), pruner }),
            await openCurves({ storage: new MemoryStorage(), pruner }),
          ] as const;
          const decisions: (readonly boolean[])[] = [];
          for (let i = 0; i < Math.max(curves.length, others.length); i++) {
            if (i < others.length) await runCurve(studies[1], others[i] as Curve);
            if (i < curves.length) decisions.push(await runCurve(studies[0], curves[i] as Curve));
          }
          expect(decisions).toEqual(await runCurves(await open(subject), curves));
        }),
        { numRuns: runs(20) },
      ),
  },
  {
    group,
    name: 'NaN and infinite reports do not prevent decisions',
    run: async (subject) => {
      const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
      for (const value of [nan, inf, -inf]) {
        const study = await open(subject);
        const nonFinite: Curve = {
          ...rising,
          values: rising.values.map(() => value),
          end: Number.isNaN(value) ? 'fail' : 'complete',
        };
        for (const curve of [nonFinite, rising, rising, nonFinite, rising, nonFinite, rising, rising]) {
          for (const decision of await runCurve(study, curve)) expect(typeof decision).toBe('boolean');
        }
      }
    },
  },
  {
    group,
    name: 'reports of other running trials affect only pruners that read them',
    exempt: (subject) => (subject.make().reads === 'running' ? 'reads running trials' : null),
    run: async (subject) => {
      const withRunningTrial = async (curves: readonly Curve[], value: number): Promise<void> => {
        const alone = await runCurves(await open(subject), curves);
        const study = await open(subject);
        const running = await study.ask();
        const decisions: (readonly boolean[])[] = [];
        for (const [i, curve] of curves.entries()) {
          await running.report(value, i);
          decisions.push(await runCurve(study, curve));
        }
        expect(decisions).toEqual(alone);
      };
      for (const value of [-1000, 0.5, 1000]) await withRunningTrial(alternating, value);
      await fc.assert(fc.asyncProperty(arbitraryCurves, fc.double({ noNaN: true }), withRunningTrial), {
        numRuns: runs(30),
      });
    },
  },
];

/** A trial whose worker dies, and what was decided without deaths. */
interface Mortal {
  readonly number: number;
  readonly last: Curve;
  /** By report, whether the worker dies between the report and the decision. */
  readonly diesUndecided: readonly boolean[];
  readonly whole: readonly boolean[];
}

/**
 * Laws about restarts on one storage: a restarted worker decides as the worker before it would have decided. The reports
 * of a trial are in the order of the steps.
 * @example runLaws('mine on sqlite', prunerResumeLaws(sqlite), { make: () => new MyPruner() }, [])
 */
export function prunerResumeLaws(on: NamedStorage = memory): readonly Law<PrunerSubject>[] {
  async function withRestarts(
    subject: PrunerSubject,
    body: (first: Study, next: () => Promise<Study>) => Promise<void>,
  ): Promise<void> {
    const storage = await on.open();
    const opened = [storage];
    try {
      await body(await open(subject, storage), async () => {
        const other = await secondConnection(on, storage);
        opened.push(other);
        return open(subject, other);
      });
    } finally {
      for (const each of new Set(opened)) await each.close();
    }
  }
  /** Runs some trials, and then `body` with one whose worker dies now and then. */
  const withDeaths =
    (body: (life: Mortal, first: Study, next: () => Promise<Study>) => Promise<void>) =>
    (subject: PrunerSubject): Promise<void> =>
      fc.assert(
        fc.asyncProperty(arbitraryCurves, repeatingCurve, deaths, async (curves, last, diesUndecided) => {
          const whole = await follow(subject, curves, last);
          await withRestarts(subject, async (first, next) => {
            await runCurves(first, curves);
            await body({ number: curves.length, last, diesUndecided, whole }, first, next);
          });
        }),
        { numRuns: runs(15) },
      );
  return [
    {
      group: `resume on ${on.name}`,
      name: `decisions after a restart equal those without one (${on.name})`,
      timeoutMs: 60_000,
      run: async (subject) => {
        const restarted = async (curves: readonly Curve[], at: number): Promise<void> => {
          const whole = await runCurves(await open(subject), curves);
          await withRestarts(subject, async (first, next) => {
            const before = await runCurves(first, curves.slice(0, at));
            const after = await runCurves(await next(), curves.slice(at));
            expect([...before, ...after]).toEqual(whole);
          });
        };
        for (const at of [1, 2, 3, 5, 8, 11]) await restarted(alternating, at);
        await fc.assert(fc.asyncProperty(arbitraryCurves, fc.nat(25), restarted), { numRuns: runs(15) });
      },
    },
    {
      group: `resume on ${on.name}`,
      name: `a trial that starts over after its worker was killed at any step is decided as before (${on.name})`,
      timeoutMs: 60_000,
      run: withDeaths(async ({ number, last, diesUndecided, whole }, first, next) => {
        const kills = [...last.steps.keys(), last.steps.length, last.steps.length];
        for (const [attempt, reported] of kills.entries()) {
          const trial = await takeTrial(attempt === 0 ? first : await next());
          expect(trial.number).toBe(number);
          for (let i = 0; i < reported; i++) {
            await trial.report(last.values[i] as number, last.steps[i] as number);
            if (i === reported - 1 && diesUndecided[i] === true) break;
            expect(await trial.shouldPrune(), `killed after ${reported} reports, report ${i}`).toBe(whole[i]);
          }
        }
      }),
    },
    {
      group: `resume on ${on.name}`,
      name: `a trial that is continued after its worker was killed at any step is decided as without (${on.name})`,
      timeoutMs: 60_000,
      run: withDeaths(async ({ number, last, diesUndecided, whole }, first, next) => {
        let study = first;
        for (const [i, step] of last.steps.entries()) {
          if (diesUndecided[i] === true) {
            await (await takeTrial(study)).report(last.values[i] as number, step);
            study = await next();
          }
          const trial = await takeTrial(study);
          expect(trial.number).toBe(number);
          await trial.report(last.values[i] as number, step);
          expect(await trial.shouldPrune(), `report ${i}`).toBe(whole[i]);
          study = await next();
        }
      }),
    },
  ];
}
