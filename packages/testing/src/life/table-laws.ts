import { keys, type OrphanPolicy, type Sampler, type TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { ExclusiveSampler } from '../reference/exclusive-sampler.ts';
import { refused } from '../refused.ts';
import { plainRecord } from '../storage/plain-record.ts';
import { type LifeRow, lifeRows } from './rows.ts';
import { ProbeSampler, uniform } from './samplers.ts';
import type { LifeSubject } from './subject.ts';
import {
  askLeased,
  attemptsOf,
  cells,
  failureOf,
  type LifeStudy,
  type LifeTrial,
  ownerOf,
  type Setup,
  space,
  type World,
  withWorld,
} from './world.ts';

/** The process that looks at the trial of a row. */
const witness = 9;

/** A column of the table: what it says about a row, and how to check that. */
interface Column {
  readonly name: string;
  readonly says: (row: LifeRow) => string;
  readonly exempt?: (row: LifeRow) => string | null;
  readonly setup: (subject: LifeSubject) => Setup;
  readonly check: (world: World, row: LifeRow, number: number, setup: Setup) => Promise<void>;
}

export function exclusiveOf(subject: LifeSubject): Sampler {
  return subject.exclusive?.(space) ?? new ExclusiveSampler();
}

const exclusively = (subject: LifeSubject): Setup => ({ sampler: exclusiveOf(subject) });

const opened = (world: World, { orphans = 'reclaim' }: { readonly orphans?: OrphanPolicy }): Promise<LifeStudy> =>
  world.open(witness, { orphans });

const pointOf = (point: { readonly a?: unknown; readonly b?: unknown }): string => `${point.a} ${point.b}`;

/** The point of a stored trial, or the one with which it was enqueued. */
function storedPoint({ names, dists, x, systemAttrs }: TrialRecord): string {
  const fixed = systemAttrs?.get(keys.fixedParams);
  if (names.length === 0 && typeof fixed === 'object' && fixed !== null) return pointOf(fixed as object);
  const value = (name: string): unknown => {
    const at = names.indexOf(name);
    const dist = dists[at];
    return dist?.kind === 'categorical' ? dist.choices[x[at] as number] : x[at];
  };
  return pointOf({ a: value('a'), b: value('b') });
}

/** The columns of the table. */
const columns: readonly Column[] = [
  {
    name: 'state',
    says: ({ state, failure, owner }) =>
      `is ${state}${failure === null ? '' : ` (${failure})`}, owner: ${owner === 'none' ? 'none' : owner}`,
    setup: exclusively,
    check: async (world, row, number) => {
      const record = await world.record(number);
      expect([record.state, failureOf(record), attemptsOf(record)]).toEqual([row.state, row.failure, row.attempts]);
      const owner = ownerOf(record);
      if (row.owner === 'none') expect(owner).toBeNull();
      else if (row.owner === 'its caller') expect(owner).toMatchObject({ plain: true, until: null });
      else if (row.owner === 'released') expect(owner).toMatchObject({ until: 0, session: expect.any(String) });
      else {
        expect(owner).toMatchObject({ pid: 1, boot: 'boot', pidNamespace: 'namespace', session: expect.any(String) });
        const { shared } = world.storage.capabilities;
        expect(owner?.until ?? null).toEqual(shared ? expect.any(Number) : null);
        expect(owner?.plain).toBeUndefined();
      }
      expect(record.finishedAt === null, 'only a finished trial has an end').toBe(row.late !== 'trial-finished');
    },
  },
  {
    name: 'total',
    says: ({ counts }) => (counts ? 'counts in a total' : 'does not count in a total'),
    setup: exclusively,
    check: async (world, row) => {
      const study = await opened(world, row);
      const trials = await study.askBatch(5, { total: 3 });
      expect(trials.length, 'trials within a total of three').toBe(row.counts ? 2 : 3);
      expect(await study.askBatch(1, { total: 3 })).toEqual([]);
    },
  },
  ...[
    { name: 'cell', setup: exclusively },
    { name: 'cell, no duplicates', setup: () => ({ sampler: uniform, duplicates: 'avoid' }) as const },
  ].map(
    ({ name, setup }): Column => ({
      name,
      says: ({ cell }) =>
        `${cell === 'open' ? 'leaves its cell open' : cell === 'own' ? 'holds its cell for itself' : 'holds or closes its cell'} (${name === 'cell' ? 'exclusive sampler' : 'no duplicates'})`,
      setup,
      check: async (world, row, number) => {
        const cell = storedPoint(await world.record(number));
        const trials = await (await opened(world, row)).askBatch(2 * cells);
        const points = trials.map(({ params }) => pointOf(params));
        expect(new Set(points).size, 'no cell is tried twice').toBe(points.length);
        expect(points.length, 'cells that are tried').toBe(row.cell === 'held' ? cells - 1 : cells);
        if (row.cell === 'held') expect(points).not.toContain(cell);
        else {
          const taker = trials[points.indexOf(cell)] as LifeTrial;
          expect(taker.number === number, 'the trial itself tries its cell').toBe(row.cell === 'own');
        }
      },
    }),
  ),
  {
    name: 'samplers',
    says: ({ seen }) => `shows samplers ${seen}`,
    exempt: ({ seen }) => (seen === null ? 'the next ask takes it before it proposes' : null),
    setup: () => ({ sampler: new ProbeSampler() }),
    check: async (world, row, number, { sampler }) => {
      const study = await opened(world, row);
      const probe = sampler as ProbeSampler;
      probe.watched = number;
      probe.seen = null;
      await study.askBatch(row.cell === 'own' ? 2 : 1);
      expect(probe.seen).toBe(row.seen);
    },
  },
  {
    name: 'next',
    says: ({ next }) => `${next} at the next ask`,
    setup: exclusively,
    check: async (world, row, number) => {
      if (row.readyIn !== undefined) await world.advance(row.readyIn);
      const before = await world.record(number);
      const study = await opened(world, row);
      const trial = await askLeased(study);
      const after = await world.record(number);
      if (row.next === 'stays') {
        expect(trial.number).not.toBe(number);
        expect(plainRecord(after)).toEqual(plainRecord(before));
      } else if (row.next === 'ends as lost') {
        expect(trial.number).not.toBe(number);
        expect([after.state, failureOf(after), ownerOf(after)]).toEqual(['fail', 'lost', null]);
      } else {
        const isResumed = before.state === 'running';
        expect([trial.number, trial.isResumed, pointOf(trial.params)]).toEqual([
          number,
          isResumed,
          storedPoint(before),
        ]);
        const more = row.next === 'is taken' ? 0 : 1;
        expect(attemptsOf(after), 'attempts').toBe(row.attempts + more);
        expect(ownerOf(after)).toMatchObject({ pid: witness });
        if (isResumed) expect(after.startedAt, 'a resumed trial keeps its start').toBe(before.startedAt);
        expect(after.reports).toEqual(before.reports);
      }
    },
  },
  {
    name: 'late',
    says: ({ late }) => `a late tell: ${late}`,
    setup: exclusively,
    check: async (world, row, number) => {
      const before = await world.record(number);
      const study = await opened(world, row);
      const lateAttr = async () => (await world.study()).systemAttrs.get(`${keys.latePrefix}${number}`);
      if (row.late === 'accepted') {
        await study.tell(number, 1.5);
        const after = await world.record(number);
        expect([after.state, after.values, ownerOf(after)]).toEqual(['complete', [1.5], null]);
        expect(after.reports).toEqual(before.reports);
        expect(after.startedAt).toBe(before.startedAt);
        return;
      }
      await refused(row.late, () => study.tell(number, 1.5));
      if (row.late === 'trial-waiting') {
        await refused(row.late, () => study.tell(number, 1.5, { skipIfFinished: true }));
        await refused(row.late, () => study.tell(number, 1.5, { skipIfFinished: 'record' }));
      } else {
        expect((await study.tell(number, 1.5, { skipIfFinished: true })).state).toBe(row.state);
        expect(await lateAttr(), 'true ignores it').toBeUndefined();
        expect((await study.tell(number, 1.5, { skipIfFinished: 'record' })).state).toBe(row.state);
        expect(await lateAttr()).toEqual({ state: 'complete', values: [1.5], at: world.now });
      }
      expect(plainRecord(await world.record(number)), 'the trial does not change').toEqual(plainRecord(before));
    },
  },
];

/** The name of the law about a row and a column. */
export function tableLawName(rowName: string, columnName: string): string {
  const row = lifeRows.find(({ name }) => name === rowName);
  const column = columns.find(({ name }) => name === columnName);
  if (row === undefined || column === undefined) throw new Error(`no law about ${rowName} and ${columnName}`);
  return `${row.name}: ${column.says(row)}`;
}

/** One law for each row and column of the table. */
export const tableLaws: readonly Law<LifeSubject>[] = lifeRows.flatMap((row) =>
  columns.map((column): Law<LifeSubject> => {
    const { setup, check } = column;
    return {
      group: row.name,
      name: tableLawName(row.name, column.name),
      exempt: (subject) => row.exempt?.(subject) ?? column.exempt?.(row) ?? null,
      run: (subject) => {
        const made = setup(subject);
        return withWorld(subject, made, async (world) => check(world, row, await row.arrange(world), made));
      },
    };
  }),
);
