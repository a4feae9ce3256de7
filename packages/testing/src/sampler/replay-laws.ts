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
import type { LogEntry } from '../rehearsal/operation-log.ts';
import { OperationLogStorage } from '../rehearsal/operation-log-storage.ts';
import { operationLog } from '../rehearsal/operation-log-subject.ts';
import { finiteSpaceOf, refusesAvoid } from './repeat-laws.ts';
import { factsOf, measure, openStudy, score, suggest, type TrialFacts } from './study-run.ts';
import { elsewhere, type NamedStorage, type SamplerSubject, samplerFor, spaceOf, suggestAll } from './subject.ts';

const most = 60;

/** Suggests the first parameters of a define-by-run trial; those that it has are asked for again. */
function begin(trial: Trial, space: Space | null, count: number = Number.POSITIVE_INFINITY): void {
  if (space !== null) return;
  let left = count;
  suggestAll((name, dist) => (left-- > 0 ? suggest(trial, name, dist) : undefined));
}

/** A part of a point, to be queued. */
function partOf(space: Space | null): { readonly [name: string]: Scalar } {
  const params = space === null ? [] : compileSpace(space).compiled.params;
  const [first] = params;
  if (first === undefined || params.some(({ name }) => name === 'act')) return { act: 'tanh' };
  return { [first.name]: toExternal(first.dist, fromUnit(first.dist, 0.7)) };
}

/** What happens beside asks and tells, now and then: trials are queued, and old or new foreign ones come in. */
async function interfere(study: Study, space: Space | null, dice: number): Promise<void> {
  if (dice < 0.03) await study.enqueue(partOf(space));
  else if (dice < 0.05) await study.enqueue({});
  else if (dice < 0.07) await study.addTrial({ params: {}, value: dice });
  else if (dice < 0.09) {
    const dates = { datetimeStart: new Date(2001, 1, 1), datetimeComplete: new Date(2001, 1, 2) };
    await study.addTrial({ params: {}, value: -dice, ...dates });
  }
}

/** Two workers, up to seven trials at a time, told in any order: a schedule that only its seed decides. */
async function overlap(
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
  for (let asked = 0; asked < most || open.length > 0; ) {
    const study = studies[rng.int(0, studies.length - 1)] as Study;
    await interfere(study, space, rng.float());
    if (asked < most && (open.length === 0 || (open.length < 7 && rng.float() < 0.6))) {
      const count = rng.float() < 0.2 ? 3 : 1;
      for (const trial of await study.ask(undefined, { count, lease: true })) {
        // The other suggests come later, when other trials have been told.
        begin(trial, space, rng.int(0, 3));
        await trial.setUserAttr('asked', true);
        open.push({ study, trial });
        asked++;
      }
    } else {
      const [next] = open.splice(rng.int(0, open.length - 1), 1) as [{ study: Study; trial: Trial }];
      begin(next.trial, space);
      const value = rng.float() < 0.15 ? Number.NaN : score(next.trial.params);
      await next.study.tell(next.trial, value);
    }
  }
  return (await (studies[0] as Study).trials()).map(factsOf);
}

/** Proposes again what the ask at `position` of the log proposed, knowing only the log before it. */
async function proposeAgain(
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
  const trials = await study.ask(undefined, { count });
  for (const trial of trials) {
    begin(trial, space);
    await trial.report(0, 0);
  }
  const all = await study.trials();
  return trials.map(({ number }) => factsOf(all[number] as (typeof all)[number]));
}

/** What a proposal decides: parameters and note. */
function proposal({ number, names, x, note }: TrialFacts): object {
  return { number, names, x, note };
}

/** How the laws about overlapping trials are tried: with a declared space and without, and where repeats are avoided. */
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
  { name: 'declared space without repeats', duplicates: 'avoid', space: finiteSpaceOf },
  { name: 'define-by-run without repeats', duplicates: 'avoid', space: () => null },
];

/** Law 3 (c): a proposal is a function of what its trial had seen and what was pending, whoever makes it, and when. */
export const replayLaws: readonly Law<SamplerSubject>[] = replayModes.map(({ name, duplicates, space: spaceIn }) => ({
  group: 'replay',
  name: `overlapping trials of two workers are proposed again from the log before them (${name})`,
  timeoutMs: 60_000,
  run: async (subject) => {
    const space = spaceIn(subject);
    const first = new OperationLogStorage();
    if (duplicates === 'avoid' && (await refusesAvoid(subject, space))) return;
    const facts = await overlap(subject, space, [first, new OperationLogStorage(first.log)], duplicates);
    let replayed = 0;
    for (const [position, entry] of first.log.entries()) {
      if (entry.kind !== 'trials' || !entry.ops.some(({ kind }) => kind === 'begin' || kind === 'take')) continue;
      for (const again of await proposeAgain(subject, space, first.log, position, duplicates)) {
        expect(proposal(again)).toEqual(proposal(facts[again.number] as TrialFacts));
        replayed++;
      }
    }
    expect(replayed).toBeGreaterThanOrEqual(most);
    // What is stored in the end says enough, too.
    if (duplicates === 'avoid') await expectReplayed(subject, space, first, duplicates);
  },
}));

/** Expects core's replay, which knows only what is stored in the end, to give every stored trial again. */
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
  const there = await elsewhere(on, here);
  try {
    await body(here, there);
  } finally {
    await there.close();
    if (here !== there) await here.close();
  }
}

/** Replay on a storage: of overlapping trials in a fixed schedule, and of workers that race for real. */
export function overlapLaws(on: NamedStorage): readonly Law<SamplerSubject>[] {
  const group = `resumes on ${on.name}`;
  return modes.flatMap(({ name: mode, duplicates, space: spaceIn }): Law<SamplerSubject>[] => [
    {
      group,
      name: `overlapping trials of two workers are those on the operation log (${mode}, ${on.name})`,
      timeoutMs: 60_000,
      run: async (subject) => {
        const space = spaceIn(subject);
        const facts: (readonly TrialFacts[])[] = [];
        for (const storage of [on, operationLog]) {
          await twoConnections(storage, async (here, there) => {
            facts.push(await overlap(subject, space, [here, there], duplicates));
            await expectReplayed(subject, space, here, duplicates);
          });
        }
        expect(facts[0]).toEqual(facts[1]);
      },
    },
    {
      group,
      name: `trials of racing workers are proposed again from what is stored (${mode}, ${on.name})`,
      timeoutMs: 60_000,
      run: (subject) =>
        twoConnections(on, async (here, there) => {
          const space = spaceIn(subject);
          const work = async (storage: Storage, worker: string): Promise<void> => {
            const study = await openStudy({ storage, sampler: samplerFor(subject, space), space, worker });
            for await (const trial of study.take({ trials: 12 })) {
              begin(trial, space, trial.number % 4);
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
