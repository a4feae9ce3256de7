import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import type { Json } from '../json.ts';
import { MemoryStorage } from './memory.ts';
import type { AskRequest, NewTrial } from './storage.ts';

const plain: AskRequest = { fresh: [], owner: null, plan: () => ({ write: [], take: [], create: 1 }), fill: null };

function trialOf(owner: Json): NewTrial {
  return {
    state: 'complete',
    names: [],
    dists: [],
    x: [],
    values: [1],
    reports: null,
    userAttrs: null,
    systemAttrs: new Map([[keys.owner, owner]]),
    startedAt: 1,
    finishedAt: 2,
  };
}

describe('MemoryStorage', () => {
  it('returns every row once, ascending, to a reader far behind', () => {
    const storage = new MemoryStorage();
    const { ref } = storage.createStudy({ name: 's', directions: ['minimize'], systemAttrs: new Map() });
    for (let i = 0; i < 3; i++) storage.ask(ref, null, plain);
    const { cursor } = storage.pull(ref, null);
    for (let i = 0; i < 40; i++) storage.ask(ref, null, plain);
    for (const number of [30, 2, 11])
      storage.write(ref, null, [{ kind: 'finish', number, state: 'fail', values: null }]);
    const { trials } = storage.pull(ref, cursor, [1, 40]);
    expect(trials.map(({ number }) => number)).toEqual([1, 2, ...Array.from({ length: 40 }, (_, i) => i + 3)]);
    expect(trials.filter(({ state }) => state === 'fail').map(({ number }) => number)).toEqual([2, 11, 30]);
  });

  it('keeps the owners of copied trials, equal or not', () => {
    const storage = new MemoryStorage();
    const { ref } = storage.createStudy({ name: 's', directions: ['minimize'], systemAttrs: new Map() });
    const owners = Array.from({ length: 200 }, (_, i): Json => ({ session: `s${i % 150}` }));
    storage.write(
      ref,
      null,
      owners.map((owner) => ({ kind: 'create', trial: trialOf(owner) })),
    );
    expect(storage.pull(ref, null).trials.map(({ systemAttrs }) => systemAttrs?.get(keys.owner))).toEqual(owners);
  });
});
