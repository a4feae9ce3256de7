import { isAsktellError, type Json, keys, type Owner, type TrialOp, type TrialRecord } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { ExclusiveSampler } from '../reference/exclusive-sampler.ts';
import { FailureBlind, LossBelieving, RunningBlind } from './planted-samplers.ts';
import { lifeRows } from './rows.ts';
import type { LifeSubject } from './subject.ts';
import { tableLawName, tableLaws } from './table-laws.ts';
import { type Tampering, tampered } from './tampered-storage.ts';
import { lifeLaws } from './test-trial-life.ts';
import { attemptsOf, ownerOf } from './world.ts';

/** Checks that the laws can fail: the laws listed with each planted bug must find it. */

interface PlantedBug {
  readonly subject: LifeSubject;
  /** Names of laws that find it. */
  readonly laws: readonly string[];
}

const rowsNamed = (part: string): readonly string[] =>
  lifeRows.map(({ name }) => name).filter((name) => name.startsWith(part));

/** The laws of a column about the rows whose names begin so. */
function column(name: string, ...rows: readonly string[]): readonly string[] {
  return rows.flatMap(rowsNamed).map((row) => tableLawName(row, name));
}

/** Drops or replaces the operations that set a system attribute. */
function attr(key: string, change: (op: TrialOp & { kind: 'attr' }) => TrialOp | null): Tampering {
  return { op: (op) => (op.kind === 'attr' && op.key === key ? change(op) : op) };
}

const without = (key: string): Tampering => attr(key, () => null);

function changedAttrs(record: TrialRecord, key: string, value: Json): TrialRecord {
  return { ...record, systemAttrs: new Map(record.systemAttrs).set(key, value) };
}

/** An owner whose lease was over ten minutes ago. */
function expired(value: Json): Json {
  const owner = value as unknown as Owner | null;
  return owner === null || !owner.until ? value : asJson({ ...owner, until: owner.until - 660e6 });
}

const asJson = (owner: Owner): Json => owner as unknown as Json;

/** An exclusive sampler with a bug. */
function withSampler(make: () => ExclusiveSampler): LifeSubject {
  return { ...tampered(() => ({})), exclusive: make };
}

const bugs: { readonly [what: string]: PlantedBug } = {
  'drops the owner of a release': {
    subject: tampered(() => attr(keys.owner, (op) => ((op.value as Owner | null)?.until === 0 ? null : op))),
    laws: [
      ...column('state', 'released'),
      ...column('next', 'released'),
      'a released trial goes to the next ask under every policy, however often',
    ],
  },
  'does not look for new owners': {
    subject: tampered(() => ({ ignoresWatch: true })),
    laws: ['a worker that has seen a trial held takes it once it is released'],
  },
  'forgets attempts': {
    subject: tampered(() => without(keys.attempts)),
    laws: [
      ...column('state', 'crashed', 'released: loop left'),
      ...column('next', "orphaned, 'reclaim'", 'orphaned: the lease'),
      'the ask that finds the last death counts it',
    ],
  },
  'counts every interruption as an attempt': {
    subject: tampered(() => ({
      record: (record) =>
        ownerOf(record)?.until === 0 ? changedAttrs(record, keys.attempts, attemptsOf(record) + 1) : record,
    })),
    laws: [...column('state', 'released'), 'a released trial goes to the next ask under every policy, however often'],
  },
  'keeps the owner of finished trials': {
    subject: tampered(() => attr(keys.owner, (op) => (op.value === null ? null : op))),
    laws: [...column('state', 'failed', 'crashed', 'pruned', 'complete'), ...column('late', 'running: take')],
  },
  'loses the reason of a failure': {
    subject: tampered(() => without(keys.failure)),
    laws: [...column('state', 'failed', 'crashed'), ...column('total', 'failed: lost')],
  },
  'turns failures into results': {
    subject: tampered(() => ({
      op: (op) => (op.kind === 'finish' && op.state === 'fail' ? { ...op, state: 'complete', values: [0] } : op),
    })),
    laws: [
      ...column('state', 'failed', 'crashed'),
      'maxConsecutiveFailures ends the loop with a reason',
      'trialTimeout ends the trial although its objective goes on (fail)',
    ],
  },
  'gives a resumed trial a new start': {
    subject: tampered(() => ({
      record: (record) =>
        attemptsOf(record) > 0 ? { ...record, startedAt: (record.startedAt as number) + 1 } : record,
    })),
    laws: column('next', "orphaned, 'reclaim'", 'orphaned: the lease'),
  },
  'loses the mark of a plain ask': {
    subject: tampered(() => ({
      owner: (owner) => {
        const { plain: _, ...rest } = owner as unknown as Owner;
        return asJson(rest);
      },
    })),
    laws: [
      ...column('state', 'running: a plain ask'),
      ...column('next', 'running: a plain ask'),
      ...column('total', 'running: a plain ask'),
      'ends the trials that no worker holds, if they are older',
    ],
  },
  'gives other programs an owner': {
    subject: tampered(() => ({
      op: (op) => {
        if (op.kind !== 'create' || op.trial.state !== 'running') return op;
        const owner: Owner = { worker: 'w', session: 's', host: 'there', pid: 1, born: null, until: 1 };
        return { ...op, trial: { ...op.trial, systemAttrs: new Map([[keys.owner, asJson(owner)]]) } };
      },
    })),
    laws: [
      ...column('state', 'running: another program', 'stale'),
      ...column('next', 'running: another program', 'stale'),
      'a stale trial that is told after all may exceed the total',
    ],
  },
  'takes every trial of another program for young': {
    subject: tampered(() => ({
      record: (record) =>
        record.state === 'running' && ownerOf(record) === null ? { ...record, startedAt: Date.now() * 1000 } : record,
    })),
    laws: [...column('total', 'stale: another program'), ...column('cell', 'stale: another program')].filter(
      (name) => !name.includes('heartbeat'),
    ),
  },
  'hands over no heartbeats': {
    subject: tampered(() => ({
      record: (record) => {
        const { heartbeatAt: _, ...rest } = record;
        return rest;
      },
    })),
    laws: [
      ...column('total', 'running: another program, started long ago', 'stale: another program, whose'),
      ...column('samplers', 'running: another program, started long ago', 'stale: another program, whose'),
      'leaves a trial with a recent heartbeat',
    ],
  },
  'begins new trials instead of taking old ones': {
    subject: tampered(() => ({
      plan: ({ write, take, create }) => ({ write, take: [], create: create + take.length }),
    })),
    laws: [
      ...column('next', 'waiting', 'released', "orphaned, 'reclaim'"),
      'three workers reach a total exactly, although one of them dies',
    ],
  },
  'takes waiting trials for running ones': {
    subject: tampered(() => ({
      record: (record) =>
        record.state === 'waiting' ? { ...record, state: 'running', startedAt: Date.now() * 1000 } : record,
      ignoresRefusals: true,
    })),
    laws: [...column('state', 'waiting'), ...column('total', 'waiting'), ...column('late', 'waiting')],
  },
  'loses the attributes of queued trials': {
    subject: tampered(() => ({
      op: (op) =>
        op.kind === 'create' && op.trial.state === 'waiting'
          ? { ...op, trial: { ...op.trial, systemAttrs: null } }
          : op,
    })),
    laws: [
      ...column('cell', 'waiting: a retry'),
      "a retry has the point of the failed trial and Optuna's attributes, at most max times",
      'a retry waits twice as long each time, and the loop waits for it',
      'a retry whose turn does not come within the total stays waiting',
      'a queued trial that does not fit the space ends as space-conflict, and the ask takes another',
    ],
  },
  'stores no owner with a grant': {
    subject: tampered(() => ({ owner: () => null })),
    laws: column('state', 'running: optimize', 'running: take', 'running: an ask', 'running: a plain ask'),
  },
  'grants trials as released': {
    subject: tampered(() => ({ owner: (owner) => asJson({ ...(owner as unknown as Owner), until: 0 }) })),
    laws: [
      ...column(
        'next',
        'running: optimize',
        'running: take',
        'running: an ask',
        "orphaned, 'leave'",
        "orphaned, 'fail'",
      ),
      ...column('total', 'running: take'),
    ],
  },
  'stores leases that are over': {
    subject: tampered(() => ({
      ...attr(keys.owner, (op) => ({ ...op, value: expired(op.value) })),
      owner: expired,
    })),
    laws: ['a worker whose clock is two minutes ahead takes no live trial of another host'],
  },
  'ignores the sweep of an ask': {
    subject: tampered(() => ({ plan: (plan) => ({ ...plan, write: [] }) })),
    laws: [
      ...column('state', 'crashed: died', 'failed: lost'),
      ...column('next', "orphaned, 'fail'", "orphaned, 'reclaim'"),
      'the ask that finds the last death counts it',
    ],
  },
  'drops results': {
    subject: tampered(() => ({ op: (op) => (op.kind === 'finish' && op.state === 'complete' ? null : op) })),
    laws: [
      ...column('late', 'running', 'stale', 'released', 'orphaned'),
      ...column('state', 'complete'),
      'what an objective returns after its signal was aborted is told',
      'a stale trial that is told after all may exceed the total',
    ],
  },
  'changes values': {
    subject: tampered(() => ({
      op: (op) => (op.kind === 'finish' && op.values !== null ? { ...op, values: op.values.map((v) => v + 1) } : op),
    })),
    laws: [
      ...column('samplers', 'complete'),
      'trialTimeout ends the trial although its objective goes on (last-report)',
      'is accepted while the trial runs, and then the other worker is late',
    ],
  },
  'forgets reports': {
    subject: tampered(() => ({ op: (op) => (op.kind === 'report' ? null : op) })),
    laws: [
      ...column('samplers', 'pruned'),
      'the reports of a released trial stay, the same step replaces, and a pruner sees no step of a later attempt',
    ],
  },
  'forgets late results': {
    subject: tampered(() => ({ studyAttr: (set) => (set.key.startsWith(keys.latePrefix) ? null : set) })),
    laws: [
      ...column('late', 'failed', 'crashed', 'pruned', 'complete'),
      'is accepted while the trial runs, and then the other worker is late',
    ],
  },
  'accepts every result': {
    subject: tampered(() => ({ ignoresRefusals: true })),
    laws: ['is ignored by optimize, with one notice'],
  },
  'shows every writer its own owner': {
    subject: tampered(() => {
      let last: Json | null = null;
      return {
        owner: (owner) => {
          last = owner;
          return owner;
        },
        recordBeforeWrite: (record) =>
          record.state === 'running' && last !== null ? changedAttrs(record, keys.owner, last) : record,
      };
    }),
    laws: [
      'a release is stored only while the trial is still its own',
      'a lease is renewed only while the trial is still its own',
    ],
  },
  'writes when it is read': {
    subject: tampered(() => ({
      onRead: (storage, study) => void storage.setStudyAttrs(study, [{ scope: 'system', key: 'read', value: true }]),
    })),
    laws: ['opening, reading and closing store nothing, and the first ask stores seed and sampler'],
  },
  'loses notes': {
    subject: tampered(() => without(keys.note)),
    laws: lifeLaws.map(({ name }) => name).filter((name) => name.startsWith('proposals are replayed')),
  },
  'a sampler that does not look at running trials': {
    subject: withSampler(() => new RunningBlind()),
    laws: column('cell', 'running: take', 'running: another program', 'released: close', "orphaned, 'leave'"),
  },
  'a sampler that tries failed points again': {
    subject: withSampler(() => new FailureBlind()),
    laws: column('cell', 'crashed').concat(
      column('cell', ...rowsNamed('failed').filter((name) => name !== 'failed: lost')),
    ),
  },
  'a sampler that closes the point of a lost trial': {
    subject: withSampler(() => new LossBelieving()),
    laws: column('cell', 'failed: lost', "orphaned, 'fail'"),
  },
};

async function isViolated(name: string, subject: LifeSubject): Promise<boolean> {
  const law = lifeLaws.find((candidate) => candidate.name === name);
  if (law === undefined) throw new Error(`unknown law ${name}`);
  try {
    await law.run(subject);
    return false;
  } catch (error) {
    if (isAsktellError(error) || (error as Error).name === 'AssertionError') return true;
    throw error;
  }
}

describe('planted bugs in the life of a trial', () => {
  it.each(Object.keys(bugs))('%s', async (what) => {
    const { subject, laws } = bugs[what] as PlantedBug;
    expect(laws.length).toBeGreaterThan(0);
    const clean = tampered(() => ({}));
    for (const law of laws) {
      expect(await isViolated(law, clean), `violated without the bug: ${law}`).toBe(false);
      expect(await isViolated(law, subject), law).toBe(true);
    }
  });

  it('every row has a bug that one of its laws finds, and so has every law outside the table', () => {
    const found = new Set(Object.values(bugs).flatMap(({ laws }) => laws));
    const tableNames = new Set(tableLaws.map(({ name }) => name));
    expect(rowsNamed('').filter((row) => ![...found].some((name) => name.startsWith(`${row}: `)))).toEqual([]);
    expect(lifeLaws.map(({ name }) => name).filter((name) => !tableNames.has(name) && !found.has(name))).toEqual([]);
  });
});
