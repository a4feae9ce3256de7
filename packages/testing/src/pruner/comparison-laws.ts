import { MemoryStorage, type PruneContext, type Study, type TrialHistory } from '@asktell/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../effort.ts';
import type { Law } from '../law.ts';
import { type Curve, finiteCurves, openCurves, runCurve, runCurves, takeTrial } from './curves.ts';
import type { PrunerSubject } from './pruner-laws.ts';

const group = 'comparison with other trials';

function open(subject: PrunerSubject): Promise<Study> {
  return openCurves({ storage: new MemoryStorage(), pruner: subject.make() });
}

/** Better than every value of the other curves at every step, and getting better. */
function bestCurve(curves: readonly Curve[], steps: readonly number[]): Curve {
  const values = curves.flatMap((curve) => curve.values).filter((value) => !Number.isNaN(value));
  const least = Math.min(0, ...values);
  return { steps, values: steps.map((_, i) => least - 1 - i), end: 'complete' };
}

const steps = Array.from({ length: 14 }, (_, i) => i);

/** Laws about how a trial is compared with others. */
export const comparisonLaws: readonly Law<PrunerSubject>[] = [
  {
    group,
    name: 'the best curve so far is not pruned',
    exempt: ({ compares = 'trials' }) => (compares === 'bounds' ? 'compares with fixed bounds' : null),
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(finiteCurves, fc.shuffledSubarray([...steps]), async (curves, some) => {
          for (const at of [steps, [...some].sort((a, b) => a - b)]) {
            const study = await open(subject);
            await runCurves(study, curves);
            expect(await runCurve(study, bestCurve(curves, at))).toEqual(at.map(() => false));
          }
        }),
        { numRuns: runs(40) },
      ),
  },
  {
    group,
    name: 'repeated questions about a step have the same answer',
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(finiteCurves, async (curves) => {
          const study = await open(subject);
          for (const curve of curves) {
            const trial = await takeTrial(study);
            let isPruned = false;
            for (let i = 0; i < curve.steps.length && !isPruned; i++) {
              await trial.report(curve.values[i] as number, curve.steps[i] as number);
              isPruned = await trial.shouldPrune();
              expect([await trial.shouldPrune(), await trial.shouldPrune()]).toEqual([isPruned, isPruned]);
            }
            if (isPruned) await study.tell(trial, undefined, { state: 'pruned' });
            else if (curve.end === 'complete') await study.tell(trial, curve.values.at(-1) ?? 0);
            else await study.tell(trial, undefined, { state: curve.end });
          }
        }),
        { numRuns: runs(40) },
      ),
  },
  {
    group,
    name: 'the order in which other trials finish does not affect decisions',
    exempt: ({ dependsOnOrder }) => dependsOnOrder ?? null,
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(finiteCurves, fc.infiniteStream(fc.nat()), async (curves, picks) => {
          const pruner = subject.make();
          const study = await open(subject);
          await runCurves(study, curves.slice(1));
          const { fold } = pruner;
          if (fold === undefined) return;
          const history: TrialHistory = study.history;
          const stateOf = (rows: Iterable<number>): unknown => {
            const state = fold.init({ study: study.name, history });
            for (const row of rows) fold.absorb(state, row, { study: study.name, history });
            return state;
          };
          const rows = Array.from(history.finished);
          const shuffled = [...rows];
          for (let i = shuffled.length - 1; i > 0; i--) {
            const j = (picks.next().value as number) % (i + 1);
            [shuffled[i], shuffled[j]] = [shuffled[j] as number, shuffled[i] as number];
          }
          const states = [stateOf(rows), stateOf(shuffled)];
          const trial = await takeTrial(study);
          const { steps: at, values } = curves[0] as Curve;
          for (const [i, step] of at.entries()) {
            await trial.report(values[i] as number, step);
            await trial.shouldPrune();
            const rng: PruneContext['rng'] = () => {
              throw new Error('A pruner whose answer depends on chance cannot keep this law: skip it, and say so.');
            };
            const ctx = { study: study.name, number: trial.number, step, history: study.history, rng };
            expect(pruner.decide(states[1], ctx)).toEqual(pruner.decide(states[0], ctx));
          }
        }),
        { numRuns: runs(40) },
      ),
  },
];
