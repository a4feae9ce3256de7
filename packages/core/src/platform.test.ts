import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { later } from './platform.ts';

const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('later', () => {
  it('waits longer than a timer can', () => {
    const callback = vi.fn();
    later(60 * day, callback);
    vi.advanceTimersByTime(60 * day - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
  });

  it('is cancelled at any time', () => {
    const callback = vi.fn();
    for (const [ms, waited] of [
      [10, 5],
      [60 * day, 40 * day],
      [Number.POSITIVE_INFINITY, 90 * day],
    ] as const) {
      const cancel = later(ms, callback);
      vi.advanceTimersByTime(waited);
      cancel();
    }
    expect(vi.getTimerCount()).toBe(0);
    expect(callback).not.toHaveBeenCalled();
  });
});
