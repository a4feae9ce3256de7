import { readFileSync } from 'node:fs';
import { createStudy, type Direction, type Pruner, type Sampler, type Study, type Trial } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { Brackets } from './halving/brackets.ts';
import { HyperbandPruner } from './halving/hyperband-pruner.ts';
import { SuccessiveHalvingPruner } from './halving/successive-halving-pruner.ts';
import { PatientPruner } from './patient/patient-pruner.ts';
import { MedianPruner } from './percentile/median-pruner.ts';
import { PercentilePruner } from './percentile/percentile-pruner.ts';
import { ThresholdPruner } from './threshold/threshold-pruner.ts';
import { WilcoxonPruner } from './wilcoxon/wilcoxon-pruner.ts';

type Plain = number | 'nan' | 'inf' | '-inf';
type Options = { readonly [name: string]: unknown };
type Event =
  | readonly ['ask']
  | readonly ['report', trial: number, step: number, value: Plain, prune: boolean | null]
  | readonly ['tell', trial: number, state: 'complete' | 'pruned' | 'fail', value: number | null]
  | readonly ['rungs', trial: number, values: readonly Plain[]];

interface Case {
  readonly name: string;
  readonly direction: Direction;
  readonly options: Options;
  readonly events: readonly Event[];
}

interface Fixture {
  readonly cases: readonly Case[];
}

const special: { readonly [text: string]: number } = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
const read = (x: Plain): number => (typeof x === 'number' ? x : (special[x] as number));
const fixture = <F extends Fixture>(name: string): F =>
  JSON.parse(readFileSync(new URL(`fixtures/optuna-${name}.json`, import.meta.url), 'utf8')) as F;

const still: Sampler = {
  name: 'still',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: (_state, _ctx, _name, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.low),
};

function percentile({ percentile: p, ...rules }: Options): Pruner {
  return p === null ? new MedianPruner(rules) : new PercentilePruner(p as number, rules);
}

const makers: { readonly [className: string]: (options: Options) => Pruner } = {
  MedianPruner: percentile,
  PercentilePruner: percentile,
  ThresholdPruner: (options) => new ThresholdPruner(options),
  SuccessiveHalvingPruner: (options) => new SuccessiveHalvingPruner(options),
};

function patient({ base, patience, minDelta }: Options): Pruner {
  const inner = base as { readonly class: string; readonly options: Options } | null;
  const make = inner === null ? undefined : makers[inner.class];
  return new PatientPruner(make?.(inner?.options as Options) ?? null, {
    patience: patience as number,
    minDelta: minDelta as number,
  });
}

/** Lives through the study of a case. Returns each difference from Optuna, in words. */
async function differences({ name, direction, events }: Case, pruner: Pruner): Promise<readonly string[]> {
  const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
  const environment = { process: null, output, compileExpression: null };
  const study = (await createStudy({ name, direction, pruner, sampler: still }, { environment })) as unknown as Study;
  const trials: Trial[] = [];
  const answers: boolean[] = [];
  const wrong: string[] = [];
  for (const event of events) {
    if (event[0] === 'ask') trials.push(await study.ask());
    else if (event[0] === 'tell')
      await study.tell(
        trials[event[1]] as Trial,
        event[3] ?? undefined,
        event[2] === 'complete' ? {} : { state: event[2] },
      );
    else if (event[0] === 'rungs') {
      const attrs = (await study.trials())[event[1]]?.systemAttrs ?? {};
      const values = event[2].map((_, rung) => attrs[`completed_rung_${rung}`]);
      if (!sameNumbers(values, event[2].map(read)) || `completed_rung_${values.length}` in attrs)
        wrong.push(`rungs of trial ${event[1]}: ${values}, Optuna ${event[2]}`);
    } else {
      const [, number, step, value, expected] = event;
      await (trials[number] as Trial).report(read(value), step);
      if (expected === null) continue;
      const prune = await (trials[number] as Trial).shouldPrune();
      answers.push(prune);
      if (prune !== expected) wrong.push(`trial ${number} at step ${step}: ${prune}, Optuna ${expected}`);
    }
  }
  expect(answers.length).toBeGreaterThan(0);
  return wrong;
}

function sameNumbers(a: readonly unknown[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

describe.each([
  ['percentile', percentile, 1000, 50],
  ['threshold', (options: Options) => new ThresholdPruner(options), 900, 200],
  ['successive-halving', (options: Options) => new SuccessiveHalvingPruner(options), 3000, 200],
  ['hyperband', (options: Options) => new HyperbandPruner(options), 2000, 150],
  ['patient', patient, 1500, 50],
  ['wilcoxon', (options: Options) => new WilcoxonPruner(options), 2000, 150],
] as const)('%s against Optuna', (name, make, decisions, pruned) => {
  const { cases } = fixture(name);

  it('decides alike', async () => {
    for (const [i, each] of cases.entries())
      expect(await differences(each, make(each.options)), `case ${i}, ${JSON.stringify(each.options)}`).toEqual([]);
  });

  it('covers both answers', () => {
    const asked = cases.flatMap(({ events }) => events.flatMap((event) => (event[0] === 'report' ? [event[4]] : [])));
    expect(asked.filter((answer) => answer !== null).length).toBeGreaterThan(decisions);
    expect(asked.filter((answer) => answer === true).length).toBeGreaterThan(pruned);
  });
});

describe('brackets of Hyperband', () => {
  const { study, brackets } = fixture<
    Fixture & {
      readonly study: string;
      readonly brackets: readonly (readonly [
        least: number,
        most: number,
        factor: number,
        shares: readonly number[],
        ids: readonly number[],
      ])[];
    }
  >('hyperband');

  it('are shared out as Optuna does', () => {
    expect(brackets.length).toBeGreaterThan(500);
    for (const [least, most, factor, shares, ids] of brackets) {
      const ours = new Brackets(least, most, factor);
      expect({ shares: ours.shares, ids: ids.map((_, number) => ours.of(study, number)) }).toEqual({ shares, ids });
    }
  });
});
