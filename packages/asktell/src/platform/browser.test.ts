import { AsktellError } from '@asktell/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createOutput, processIdentity, SqliteStorage } from './browser.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the browser', () => {
  it('has no process identity', () => {
    expect(processIdentity()).toBeNull();
  });

  it('prints to the console', () => {
    const info = vi.spyOn(console, 'info').mockReturnValue();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const output = createOutput();
    output.info('news');
    output.warn('careful');
    output.status('hidden');
    output.status(null);
    expect(output.interactive).toBe(false);
    expect(info.mock.calls).toEqual([['news']]);
    expect(warn.mock.calls).toEqual([['careful']]);
  });

  it('cannot open files', () => {
    let error: unknown;
    try {
      new SqliteStorage('study.db');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AsktellError);
    expect(error).toMatchObject({ code: 'missing-dependency' });
    expect((error as Error).message).toContain('SqliteStorage("study.db") needs Node.js');
  });
});
