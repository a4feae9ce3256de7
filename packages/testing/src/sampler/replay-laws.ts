import {
  compileSpace,
  type DuplicatePolicy,
  fromUnit,
  replayProposal,
  rngFor,
  type Scalar,
  type Space,
  type Storage,
  type Study,
  type Trial,
  toExternal,
} from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import type { LogEntry } from '../reference/operation-log.ts';
import { OperationLogStorage } from '../reference/operation-log-storage.ts';
import { operationLog } from '../reference/operation-log-subject.ts';
import { finiteSpaceOf, isAvoidUnsupported } from './duplicate-laws.ts';
import { factsOf, measure, openStudy, score, slopes, suggest, type TrialFacts } from './study-run.ts';
import {
  type NamedStorage,
  type SamplerSubject,
  samplerFor,
  secondConnection,
  spaceOf,
  suggestAll,
} from './subject.ts';

const maxTrials = 60;

/** Suggests the first `count` parameters of a define-by-run trial. Existing parameters are suggested again. */
function suggestFirst(trial: Trial, space: Space | null, count: number = Number.POSITIVE_INFINITY): void {
  if (space !== null) return;
  let left = count;
  suggestAll((name, dist) => (left-- > 0 ? suggest(trial, name, dist) : undefined));
}

/** A partial point to enqueue. */
function partialPoint(space: Space | null): { readonly [name: string]: Scalar } {
  const params = space === null ? [] : compileSpace(space).compiled.params;
  const [first] = params;
  if (first === undefined || params.some(({ name }) => name === 'act')) return { act: 'tanh' };
  return { [first.name]: toExternal(first.dist, fromUnit(first.dist, 0.7)) };
}

/**
 * Sometimes enqueues a trial or adds one that finished just now or in 2001.
 * @param dice uniform in [0, 1)
 */
async function enqueueOrImport(study: Study, space: Space | null, dice: number): Promise<void> {
  if (dice < 0.03) await study.enqueue(partialPoint(space));
  else if (dice < 0.05) await study.enqueue({});
  else if (dice < 0.07) await study.addTrial({ params: {}, value: dice });
  else if (dice < 0.09) {
    const dates = { datetimeStart: new Date(2001, 1, 1), datetimeComplete: new Date(2001, 1, 2) };
    await study.addTrial({ params: {}, value: -dice, ...dates });
  }
}

/**
 * Runs one worker per storage with up to seven open trials in total, told in random order. The schedule depends only on
 * its fixed seed.
 */
async function runOverlapping(
  subject: SamplerSubject,
  space: Space | null,
  storages: readonly Storage[],
  duplicates: DuplicatePolicy,
): Promise<readonly TrialFacts[]> {
  const studies: Study[] = [];
  for (const [i, storage] of storages.entries()) {
    const sampler = samplerFor(subject, space);
    studies.push(await openStudy({ storage, sampler, space, worker: `worker ${i}`, duplicates }));
  }
  const rng = rngFor(11, 0, 'schedule');
  const open: { study: Study; trial: Trial }[] = [];
  for (let asked = 0; asked < maxTrials || open.length > 0; ) {
    const study = studies[rng.int(0, studies.length - 1)] as Study;
    await enqueueOrImport(study, space, rng.float());
    if (asked < maxTrials && (open.length === 0 || (open.length < 7 && rng.float() < 0.6))) {
      const count = rng.float() < 0.2 ? 3 : 1;
      for (const trial of await study.askBatch(count, { lease: true })) {
        // The remaining parameters are suggested later, after other trials are told.
        suggestFirst(trial, space, rng.int(0, 3));
        await trial.setUserAttr('asked', true);
        open.push({ study, trial });
        asked++;
      }
    } else {
      const [next] = open.splice(rng.int(0, open.length - 1), 1) as [{ study: Study; trial: Trial }];
      suggestFirst(next.trial, space);
      const value = rng.float() < 0.15 ? Number.NaN : score(next.trial.params);
      await next.study.tell(next.trial, value, { gradient: slopes(next.study, next.trial) });
    }
  }
  return (await (studies[0] as Study).trials()).map(factsOf);
}

/** Repeats the ask at `position` of the log, given only the earlier entries. */
async function repeatAsk(
  subject: SamplerSubject,
  space: Space | null,
  log: readonly LogEntry[],
  position: number,
  duplicates: DuplicatePolicy,
): Promise<readonly TrialFacts[]> {
  const entry = log[position] as LogEntry & { kind: 'trials' };
  const count = entry.ops.filter(({ kind }) => kind === 'begin' || kind === 'take').length;
  const storage = new OperationLogStorage(log.slice(0, position));
  const study = await openStudy({
    storage,
    sampler: samplerFor(subject, space),
    space,
    worker: 'replayer',
    duplicates,
  });
  const trials = await study.askBatch(count);
  for (const trial of trials) {
    suggestFirst(trial, space);
    await trial.report(0, 0);
  }
  const all = await study.trials();
  return trials.map(({ number }) => factsOf(all[number] as (typeof all)[number]));
}

/** The part of a trial that its proposal determines. */
function proposal({ number, names, x, note }: TrialFacts): object {
  return { number, names, x, note };
}

/** A configuration in which the laws about overlapping trials run. */
interface Mode {
  readonly name: string;
  readonly duplicates: DuplicatePolicy;
  readonly space: (subject: SamplerSubject) => Space | null;
}

const modes: readonly Mode[] = [
  { name: 'declared space', duplicates: 'allow', space: spaceOf },
  { name: 'define-by-run', duplicates: 'allow', space: () => null },
];

const replayModes: readonly Mode[] = [
  ...modes,
  { name: 'declared space, no duplicates', duplicates: 'avoid', space: finiteSpaceOf },
  { name: 'define-by-run, no duplicates', duplicates: 'avoid', space: () => null },
];

/** Laws about replay: a proposal depends only on the trials that were finished or pending when it was made. */
export const replayLaws: readonly Law<SamplerSubject>[] = replayModes.map(({ name, duplicates, space: spaceIn }) => ({
  group: 'replay',
  name: `proposals of two overlapping workers are reproduced from the log before them (${name})`,
  timeoutMs: 60_000,
  run: async (subject) => {
    const space = spaceIn(subject);
    const first = new OperationLogStorage();
    if (duplicates === 'avoid' && (await isAvoidUnsupported(subject, space))) return;
    const facts = await runOverlapping(subject, space, [first, new OperationLogStorage(first.log)], duplicates);
    let replayed = 0;
    for (const [position, entry] of first.log.entries()) {
      if (entry.kind !== 'trials' || !entry.ops.some(({ kind }) => kind === 'begin' || kind === 'take')) continue;
      for (const again of await repeatAsk(subject, space, first.log, position, duplicates)) {
        expect(proposal(again)).toEqual(proposal(facts[again.number] as TrialFacts));
        replayed++;
      }
    }
    expect(replayed).toBeGreaterThanOrEqual(maxTrials);
    // The final state of the storage must be enough to reproduce them, too.
    if (duplicates === 'avoid') await expectReplayed(subject, space, first, duplicates);
  },
}));

/** Expects `replayProposal`, which reads only the final state of the storage, to reproduce every stored proposal. */
async function expectReplayed(
  subject: SamplerSubject,
  space: Space | null,
  storage: Storage,
  duplicates: DuplicatePolicy,
): Promise<void> {
  const study = await openStudy({
    storage,
    sampler: samplerFor(subject, space),
    space,
    worker: 'replayer',
    duplicates,
  });
  let replayed = 0;
  for (const trial of await study.trials()) {
    if (trial.userAttrs['asked'] !== true) continue;
    expect({ [trial.number]: await replayProposal(study, trial.number) }).toEqual({ [trial.number]: trial.flatParams });
    replayed++;
  }
  expect(replayed).toBeGreaterThanOrEqual(20);
}

async function twoConnections(on: NamedStorage, body: (here: Storage, there: Storage) => Promise<void>): Promise<void> {
  const here = await on.open();
  const there = await secondConnection(on, here);
  try {
    await body(here, there);
  } finally {
    await there.close();
    if (here !== there) await here.close();
  }
}

/** Laws about replay on one storage: overlapping trials in a fixed schedule, and workers that run concurrently. */
export function overlapLaws(on: NamedStorage): readonly Law<SamplerSubject>[] {
  const group = `resume on ${on.name}`;
  return modes.flatMap(({ name: mode, duplicates, space: spaceIn }): Law<SamplerSubject>[] => [
    {
      group,
      name: `two overlapping workers get the same trials as on the operation log (${mode}, ${on.name})`,
      timeoutMs: 60_000,
      run: async (subject) => {
        const space = spaceIn(subject);
        const facts: (readonly TrialFacts[])[] = [];
        for (const storage of [on, operationLog]) {
          await twoConnections(storage, async (here, there) => {
            facts.push(await runOverlapping(subject, space, [here, there], duplicates));
            await expectReplayed(subject, space, here, duplicates);
          });
        }
        expect(facts[0]).toEqual(facts[1]);
      },
    },
    {
      group,
      name: `proposals of concurrent workers are reproduced from the storage (${mode}, ${on.name})`,
      timeoutMs: 60_000,
      run: (subject) =>
        twoConnections(on, async (here, there) => {
          const space = spaceIn(subject);
          const work = async (storage: Storage, worker: string): Promise<void> => {
            const study = await openStudy({ storage, sampler: samplerFor(subject, space), space, worker });
            for await (const trial of study.take({ trials: 12 })) {
              suggestFirst(trial, space, trial.number % 4);
              await trial.setUserAttr('asked', true);
              await measure(study, trial, space);
            }
          };
          await openStudy({ storage: here, sampler: samplerFor(subject, space), space });
          await Promise.all([here, there, here, there].map((storage, i) => work(storage, `worker ${i}`)));
          await expectReplayed(subject, space, here, duplicates);
        }),
    },
  ]);
}
