import type { ThreadModule } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { startThread as startInBrowser } from './browser-threads.ts';
import { startThread } from './node-threads.ts';
import { offloadWith, type StartThread } from './threads.ts';

/** Adds 1, and refuses negative numbers. `place` is where it was done. */
const adder: ThreadModule<number, { readonly sum: number; readonly place: string }> = {
  name: 'Adder',
  run: (input) => {
    if (input < 0) throw new RangeError('negative');
    return { sum: input + 1, place: 'here' };
  },
  script: async () =>
    "var run = (input) => { if (input < 0) throw new Error(); return { sum: input + 1, place: 'thread' }; };",
};

/** Records what is started, and starts it with `start`. */
function watched(start: StartThread): { readonly started: string[]; readonly start: StartThread } {
  const started: string[] = [];
  return {
    started,
    start: (name, script, events) => {
      started.push(name);
      return start(name, script, events);
    },
  };
}

describe('offload', () => {
  it('does the work in one thread per module', async () => {
    const { started, start } = watched(startThread);
    const lines: string[] = [];
    const offload = offloadWith(start, (line) => lines.push(line));
    const outputs = await Promise.all([1, 2, 3].map((input) => offload(adder, input)));
    expect(outputs).toEqual([2, 3, 4].map((sum) => ({ sum, place: 'thread' })));
    expect(await offload(adder, 9)).toEqual({ sum: 10, place: 'thread' });
    expect(await offload({ ...adder, name: 'Other' }, 5)).toEqual({ sum: 6, place: 'thread' });
    expect(started).toEqual(['Adder', 'Other']);
    expect(lines).toEqual([]);
  });

  it('passes typed arrays in both directions', async () => {
    const doubler: ThreadModule<Float64Array, Float64Array> = {
      name: 'Doubler',
      run: (input) => input.map((x) => 2 * x),
      script: async () => 'var run = (input) => input.map((x) => 2 * x);',
    };
    const offload = offloadWith(startThread, () => undefined);
    expect(await offload(doubler, Float64Array.of(1.5, -0, Number.NaN))).toEqual(Float64Array.of(3, -0, Number.NaN));
  });

  it('throws what the work throws', async () => {
    const offload = offloadWith(startThread, () => undefined);
    await expect(offload(adder, -1)).rejects.toThrow(RangeError);
    expect(await offload(adder, 1)).toEqual({ sum: 2, place: 'thread' });
  });

  it('does the work here, with one notice, if no thread can be started', async () => {
    const { started, start } = watched(() => {
      throw new Error('forbidden');
    });
    const lines: string[] = [];
    const offload = offloadWith(start, (line) => lines.push(line));
    const outputs = await Promise.all([1, 2].map((input) => offload(adder, input)));
    outputs.push(await offload(adder, 3));
    expect(outputs).toEqual([2, 3, 4].map((sum) => ({ sum, place: 'here' })));
    expect(lines).toEqual([
      'Adder: no worker thread can be used (forbidden). Long computations will block the event loop.',
    ]);
    expect(started.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['cannot be parsed', 'var run = (', /Unexpected|SyntaxError/],
    ['ends', 'var run = () => process.exit(0);', /it has ended/],
  ])('does the work here if the script %s', async (_what, script, reason) => {
    const lines: string[] = [];
    const offload = offloadWith(startThread, (line) => lines.push(line));
    const broken = { ...adder, script: async () => script };
    expect(await Promise.all([1, 2].map((input) => offload(broken, input)))).toEqual(
      [2, 3].map((sum) => ({ sum, place: 'here' })),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(reason);
  });

  it('does the work here, without a notice, if a module has no script', async () => {
    const { started, start } = watched(startThread);
    const lines: string[] = [];
    const offload = offloadWith(start, (line) => lines.push(line));
    expect(await offload({ ...adder, script: async () => null }, 1)).toEqual({ sum: 2, place: 'here' });
    expect([...started, ...lines]).toEqual([]);
  });
});

describe('a browser without workers', () => {
  it('says so', () => {
    const events = { answered: () => undefined, failed: () => undefined };
    expect(() => startInBrowser('Adder', '', events)).toThrow('there are no web workers here');
  });
});
