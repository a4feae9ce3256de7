import { describe, expect, it } from 'vitest';
import type { ProcessIdentity } from '../environment.ts';
import type { Json } from '../json.ts';
import { type Owner, readOwner } from './owner.ts';
import { Ownership } from './ownership.ts';

const alive = new Set<string>();
const processOf = (
  pid: number,
  { host = 'here', boot = 'b1', pidNamespace = 'n1', born = 'monday' as string | null } = {},
): ProcessIdentity => ({
  host,
  boot,
  pidNamespace,
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
  readonly monotonic?: () => number;
}

const owner = ({
  worker,
  session = 'mine',
  process = null,
  leaseMs = null,
  clock = () => 1000,
  monotonic = () => 0,
}: Setup = {}): Ownership =>
  new Ownership({ worker, session, process, leaseMs, clock, monotonic, renew: () => undefined });

const json = (stored: Owner): Json => stored as unknown as Json;
const stamp = (ownership: Ownership): Json => json(ownership.stamp());

describe('a stamp', () => {
  it('contains the worker, its process and the end of the lease', () => {
    expect(owner({ worker: 'w', session: 's', process: processOf(7), leaseMs: 500 }).stamp()).toEqual({
      worker: 'w',
      session: 's',
      host: 'here',
      boot: 'b1',
      pidNamespace: 'n1',
      pid: 7,
      born: 'monday',
      until: 1_500_000,
    });
    expect(owner({ session: 's' }).stamp()).toEqual({
      worker: 's',
      session: 's',
      host: null,
      boot: null,
      pidNamespace: null,
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

describe('a running trial is held', () => {
  it('by another program, if it has no owner', () => {
    expect(owner({ worker: 'w', leaseMs: 0, process: processOf(1) }).holding(null, 0)).toBe('foreign');
    expect(owner().holding('somebody', 0)).toBe('foreign');
  });

  it('by nobody, if it was released. This is judged before session, process and lease', () => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    mine.hold(3, null);
    for (const other of [mine, owner({ session: 'other', process: processOf(2), leaseMs: 1e9 })])
      expect(mine.holding(json(other.released), 3)).toBe('released');
    expect(mine.holding(json({ ...mine.plain, until: 0 }), 3)).toBe('released');
  });

  it('by its caller, if it was asked for without a lease, even after the process has ended', () => {
    const mine = owner({ worker: 'w', process: processOf(1), leaseMs: 500 });
    for (const other of [mine, owner({ worker: 'w', session: 'dead', process: processOf(77) })])
      expect(mine.holding(json(other.plain), 3)).toBe('plain');
  });

  it('by this handle, until it gives it up', () => {
    const mine = owner();
    mine.hold(3, null);
    expect([mine.holding(stamp(mine), 3), mine.holding(stamp(mine), 4)]).toEqual(['held', 'released']);
    mine.drop(3);
    expect(mine.holding(stamp(mine), 3)).toBe('released');
  });

  it('by a process of this host, boot and pid namespace, while it runs; the lease does not matter', () => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    const other = (pid: number, born = 'monday') =>
      stamp(owner({ session: 'other', process: processOf(pid, { born }), leaseMs: -900 }));
    alive.add('2 monday');
    expect(mine.holding(other(2), 0)).toBe('held');
    expect(mine.holding(other(2, 'sunday'), 0)).toBe('orphaned'); // the id was given to another process since
    expect(mine.holding(other(3), 0)).toBe('orphaned');
    expect(mine.holding(other(1, 'sunday'), 0)).toBe('orphaned');
  });

  it('by another handle of this thread, until it gives it up; by another thread, until its lease ends', () => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    const beside = owner({ session: 'beside', process: processOf(1), leaseMs: -900 });
    beside.hold(3, null);
    expect(mine.holding(stamp(beside), 3), 'the event loop may have been blocked').toBe('held');
    beside.drop(3);
    expect(mine.holding(stamp(beside), 3)).toBe('orphaned');
    const thread = (leaseMs: number) => stamp(owner({ session: 'thread', process: processOf(1), leaseMs }));
    expect([mine.holding(thread(500), 0), mine.holding(thread(-1), 0)]).toEqual(['held', 'orphaned']);
  });

  it.each([
    ['another pid namespace', { pidNamespace: 'n2' }],
    ['another boot', { boot: 'b2' }],
    ['another host', { host: 'there' }],
  ])('by a process of %s, while its lease runs', (_, elsewhere) => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    const theirs = stamp(owner({ session: 'other', process: processOf(99, elsewhere), leaseMs: 500 }));
    expect(mine.holding(theirs, 0)).toBe('held');
  });

  it('by a process of an earlier release, while its lease runs', () => {
    const mine = owner({ process: processOf(1), leaseMs: 500 });
    const old = { worker: 'o', session: 'o', host: 'here', pid: 99, born: 'monday', until: 1_200_000 };
    expect(mine.holding(old, 0)).toBe('held');
  });

  it('by a process of another pid namespace, until its lease ends: the clock is the same', () => {
    let now = 1000;
    const mine = owner({ process: processOf(1), leaseMs: 500, clock: () => now });
    const other = owner({ session: 'other', process: processOf(99, { pidNamespace: 'n2' }), leaseMs: 500 });
    const theirs = stamp(other);
    now = 1501;
    expect(mine.holding(theirs, 0)).toBe('orphaned');
  });

  it('by a process of another host, until it has not renewed its lease for the time of a lease', () => {
    let now = 0;
    const clock = () => 1000 + 120_000 + now; // two minutes ahead
    const mine = owner({ process: processOf(1), leaseMs: 60_000, clock, monotonic: () => now });
    const there = owner({
      session: 'other',
      process: processOf(1, { host: 'there' }),
      leaseMs: 60_000,
      clock: () => 1000 + now,
    });
    let theirs = stamp(there);
    for (; now < 600_000; now += 20_000) {
      theirs = stamp(there); // renewed at a third
      expect(mine.holding(theirs, 0)).toBe('held');
    }
    now += 40_000;
    expect(mine.holding(theirs, 0)).toBe('held');
    now += 1;
    expect(mine.holding(theirs, 0)).toBe('orphaned');
    const later = owner({ process: processOf(1), leaseMs: 60_000, clock: () => clock() + 600_000 });
    expect(later.holding(theirs, 0), 'over for longer than clocks can differ').toBe('orphaned');
    expect(mine.holding(stamp(owner({ session: 'other', process: processOf(1, { host: 'there' }) })), 0)).toBe('held');
  });

  it('by nobody, if the worker has started again under its name', () => {
    const before = (process: ProcessIdentity | null) =>
      stamp(owner({ worker: 'w', session: 'before', process, leaseMs: 500 }));
    alive.add('5 monday');
    const named = owner({ worker: 'w', process: processOf(1) });
    const there = processOf(1, { host: 'there' });
    expect(owner({ worker: 'w' }).holding(before(null), 0)).toBe('orphaned');
    expect(owner({ worker: 'v' }).holding(before(null), 0)).toBe('held');
    expect(named.holding(before(there), 0)).toBe('orphaned');
    expect(named.holding(before(processOf(1)), 0)).toBe('orphaned');
    expect(named.holding(before(processOf(5)), 0), 'it still runs, beside us').toBe('held');
    expect(owner({ process: processOf(1) }).holding(before(processOf(1)), 0), 'we have no name').toBe('held');
  });

  it('as a process check said a moment ago', () => {
    let now = 1000;
    let questions = 0;
    const process = { ...processOf(1), isAlive: () => questions++ < 0 };
    const mine = owner({ process, monotonic: () => now });
    const theirs = stamp(owner({ session: 'other', process: processOf(9) }));
    for (let i = 0; i < 5; i++) expect(mine.holding(theirs, 0)).toBe('orphaned');
    expect(questions).toBe(1);
    now += 1000;
    mine.holding(theirs, 0);
    expect(questions).toBe(2);
  });
});
