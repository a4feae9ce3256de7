import { describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../environment.ts';
import type { Json } from '../json.ts';
import { readOwner } from './owner.ts';
import { Ownership } from './ownership.ts';

const alive = new Set<string>();
const processOf = (pid: number, host = 'here', born: string | null = 'monday'): ProcessIdentity => ({
  host,
  pid,
  born,
  isAlive: (other, bornThen) => alive.has(`${other} ${bornThen}`),
});

interface Setup {
  readonly worker?: string;
  readonly session?: string;
  readonly process?: ProcessIdentity | null;
  readonly leaseMs?: number | null;
  readonly clock?: () => number;
}

const owner = ({
  worker,
  session = 'mine',
  process = null,
  leaseMs = null,
  clock = () => 1000,
}: Setup = {}): Ownership => new Ownership({ worker, session, process, leaseMs, clock, renew: () => undefined });

const stamp = (ownership: Ownership): Json => ownership.stamp() as unknown as Json;

describe('a stamp', () => {
  it('contains the worker and the end of the lease', () => {
    expect(owner({ worker: 'w', session: 's', process: processOf(7), leaseMs: 500 }).stamp()).toEqual({
      worker: 'w',
      session: 's',
      host: 'here',
      pid: 7,
      born: 'monday',
      until: 1_500_000,
    });
    expect(owner({ session: 's' }).stamp()).toEqual({
      worker: 's',
      session: 's',
      host: null,
      pid: null,
      born: null,
      until: null,
    });
    expect(owner({ session: 's', process: processOf(7) }).worker).toBe('here:7:s');
  });

  it('without a lease is always the same object', () => {
    const ownership = owner();
    expect(ownership.stamp()).toBe(ownership.stamp());
    const leased = owner({ leaseMs: 500 });
    expect(leased.stamp()).not.toBe(leased.stamp());
  });

  it('is read back; anything else is not an owner', () => {
    expect(readOwner(stamp(owner({ session: 's' })))?.session).toBe('s');
    for (const other of [null, 5, 'worker', [], {}, { session: 5 }]) expect(readOwner(other as Json)).toBeNull();
  });
});

describe('a running trial is an orphan', () => {
  const lost = (mine: Ownership, stored: Json, number = 0): boolean => mine.isOrphan(stored, number);

  it('never without an owner', () => {
    expect(lost(owner({ worker: 'w', leaseMs: 0, process: processOf(1) }), null)).toBe(false);
    expect(lost(owner(), 'somebody')).toBe(false);
  });

  it('of this handle, if it has released it', () => {
    const mine = owner();
    mine.active.add(3);
    expect([lost(mine, stamp(mine), 3), lost(mine, stamp(mine), 4)]).toEqual([false, true]);
  });

  it('of the same host, if its process is gone; the lease does not matter', () => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    const other = (pid: number, born: string | null = 'monday') =>
      stamp(owner({ session: 'other', process: processOf(pid, 'here', born), leaseMs: -900 }));
    alive.add('2 monday');
    expect(lost(mine, other(2))).toBe(false);
    expect(lost(mine, other(2, 'sunday'))).toBe(true); // the id was given to another process since
    expect(lost(mine, other(3))).toBe(true);
    expect(lost(mine, other(1))).toBe(false); // another handle of this very process
    expect(lost(mine, other(1, 'sunday'))).toBe(true);
  });

  it('of another host, if its lease has expired', () => {
    let now = 1000;
    const mine = owner({ process: processOf(1), leaseMs: 500, clock: () => now });
    const theirs = stamp(owner({ session: 'other', process: processOf(1, 'there'), leaseMs: 500 }));
    expect(lost(mine, theirs)).toBe(false);
    now = 1501;
    expect(lost(mine, theirs)).toBe(true);
    const unleased = stamp(owner({ session: 'other', process: processOf(1, 'there') }));
    expect(lost(mine, unleased)).toBe(false);
  });

  it('of a worker with the same name, which has started again', () => {
    const before = (process: ProcessIdentity | null) =>
      stamp(owner({ worker: 'w', session: 'before', process, leaseMs: 500 }));
    alive.add('5 monday');
    expect(lost(owner({ worker: 'w' }), before(null))).toBe(true);
    expect(lost(owner({ worker: 'v' }), before(null))).toBe(false);
    expect(lost(owner({ worker: 'w', process: processOf(1) }), before(processOf(1, 'there')))).toBe(true);
    expect(lost(owner({ worker: 'w', process: processOf(1) }), before(processOf(1)))).toBe(true);
    expect(lost(owner({ worker: 'w', process: processOf(1) }), before(processOf(5)))).toBe(false); // it still runs, beside us
    expect(lost(owner({ process: processOf(1) }), before(processOf(1)))).toBe(false); // we have no name
  });

  it('caches the result of a process check', () => {
    let now = 1000;
    let questions = 0;
    const process = { ...processOf(1), isAlive: () => questions++ < 0 };
    const mine = owner({ process, clock: () => now });
    const theirs = stamp(owner({ session: 'other', process: processOf(9) }));
    for (let i = 0; i < 5; i++) expect(lost(mine, theirs)).toBe(true);
    expect(questions).toBe(1);
    now += 1000;
    lost(mine, theirs);
    expect(questions).toBe(2);
  });
});
