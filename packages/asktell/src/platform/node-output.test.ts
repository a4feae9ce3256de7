import { describe, expect, it } from 'vitest';
import { createOutput, type OutputStream } from './node-output.ts';

class FakeStream implements OutputStream {
  readonly isTTY: boolean;
  columns: number | undefined = 20;
  text = '';
  fail: Error | undefined;
  readonly listeners: (() => void)[] = [];

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    if (this.fail !== undefined) throw this.fail;
    this.text += text;
    return true;
  }

  on(_event: 'error', listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The text printed since the last call. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

const clear = '\r\x1b[K';

describe('on a terminal', () => {
  it('moves the status line below other lines', () => {
    const stream = new FakeStream(true);
    const output = createOutput(stream, { NO_COLOR: '1' });
    expect(output.interactive).toBe(true);
    output.info('before');
    expect(stream.take()).toBe('before\n');
    output.status('one');
    expect(stream.take()).toBe(`${clear}one`);
    output.status('one');
    expect(stream.take()).toBe('');
    output.info('news');
    expect(stream.take()).toBe(`${clear}news\n${clear}one`);
    output.warn('careful');
    expect(stream.take()).toBe(`${clear}careful\n${clear}one`);
    output.status(null);
    expect(stream.take()).toBe(clear);
    output.info('after');
    expect(stream.take()).toBe('after\n');
  });

  it('keeps the status on one line', () => {
    const stream = new FakeStream(true);
    const output = createOutput(stream, {});
    output.status('a\nb\tc\x1b[2J');
    expect(stream.take()).toBe(`${clear}a b c [2J`);
    output.status('0123456789012345678');
    expect(stream.take()).toBe(`${clear}0123456789012345678`);
    output.status('01234567890123456789');
    expect(stream.take()).toBe(`${clear}012345678901234567…`);
    stream.columns = 1;
    output.status('resized');
    expect(stream.take()).toBe(`${clear}…`);
  });

  it('colors warnings unless NO_COLOR is set', () => {
    const stream = new FakeStream(true);
    createOutput(stream, { NO_COLOR: '' }).warn('careful');
    expect(stream.take()).toBe('\x1b[33mcareful\x1b[39m\n');
    createOutput(stream, { NO_COLOR: '1' }).warn('careful');
    expect(stream.take()).toBe('careful\n');
  });

  it('uses the current width of the terminal', () => {
    const stream = new FakeStream(true);
    const output = createOutput(stream, {});
    expect(output.columns).toBe(20);
    stream.columns = 30;
    expect(output.columns).toBe(30);
    stream.columns = 0;
    expect(output.columns).toBe(80);
    stream.columns = undefined;
    expect(output.columns).toBe(80);
  });
});

describe('elsewhere', () => {
  it.each([
    ['a file or a pipe', false, {}],
    ['CI', true, { CI: 'true' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ] as const)('prints lines but no status in %s', (_where, isTTY, env) => {
    const stream = new FakeStream(isTTY);
    const output = createOutput(stream, env);
    expect(output.interactive).toBe(false);
    output.status('one');
    output.info('news');
    output.warn('careful');
    output.status(null);
    expect(stream.take()).toBe('news\ncareful\n');
  });

  it.each(['', '0', 'false', 'False'])('treats CI=%s as unset', (value) => {
    expect(createOutput(new FakeStream(true), { CI: value }).interactive).toBe(true);
  });
});

describe('after a write error', () => {
  it('stops printing', () => {
    const stream = new FakeStream(false);
    const output = createOutput(stream, {});
    output.info('one');
    output.info('two');
    expect(stream.listeners).toHaveLength(1);
    stream.take();
    stream.listeners[0]?.();
    output.info('three');
    expect(stream.take()).toBe('');
  });

  it('survives a closed descriptor', () => {
    const stream = new FakeStream(false);
    const output = createOutput(stream, {});
    stream.fail = new Error('EBADF');
    output.info('one');
    stream.fail = undefined;
    output.info('two');
    expect(stream.take()).toBe('');
  });
});
