import { describe, expect, it } from 'vitest';
import { andThen, isPromise, Mutex } from './awaitable.ts';

describe('andThen', () => {
  it('continues at once, or when the promise resolves', async () => {
    expect(andThen(2, (x) => x + 1)).toBe(3);
    const later = andThen(Promise.resolve(2), (x) => x + 1);
    expect(isPromise(later)).toBe(true);
    expect(await later).toBe(3);
    const thenable = Object.fromEntries([['then', () => 1]]);
    expect([isPromise(null), isPromise(5), isPromise({}), isPromise(thenable)]).toEqual([false, false, false, true]);
  });
});

describe('Mutex', () => {
  it('is synchronous while it is free', () => {
    const mutex = new Mutex();
    expect(mutex.run(() => 1)).toBe(1);
    expect(mutex.run(() => 2)).toBe(2);
  });

  it('lets one in at a time, in order of arrival', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    const work = (name: string, turns: number) => async () => {
      log.push(`+${name}`);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      log.push(`-${name}`);
      return name;
    };
    const results = await Promise.all([
      mutex.run(work('a', 5)),
      mutex.run(work('b', 1)),
      mutex.run(() => void log.push('sync')),
      mutex.run(work('c', 0)),
    ]);
    expect(log).toEqual(['+a', '-a', '+b', '-b', 'sync', '+c', '-c']);
    expect(results).toEqual(['a', 'b', undefined, 'c']);
    expect(mutex.run(() => 'free again')).not.toBeInstanceOf(Promise);
  });

  it('continues after an error, thrown or rejected', async () => {
    const mutex = new Mutex();
    expect(() =>
      mutex.run(() => {
        throw new Error('now');
      }),
    ).toThrow('now');
    const rejected = mutex.run(async () => {
      throw new Error('later');
    });
    const next = mutex.run(() => 1);
    await expect(rejected).rejects.toThrow('later');
    expect(await next).toBe(1);
  });

  it('keeps the order of arrival for later calls', async () => {
    const mutex = new Mutex();
    const log: number[] = [];
    const first = mutex.run(async () => Promise.resolve());
    void Promise.resolve(first).then(() => mutex.run(() => log.push(3)));
    void mutex.run(() => log.push(1));
    void mutex.run(() => log.push(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([1, 2, 3]);
  });
});
