import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseStat, processIdentity } from './node-process.ts';

const linux = process.platform === 'linux';

describe('processIdentity', () => {
  it('identifies this process as alive', () => {
    const { host, pid, born, isAlive } = processIdentity();
    expect({ host, pid }).toEqual({ host: hostname(), pid: process.pid });
    expect(isAlive(pid, born)).toBe(true);
    expect(isAlive(pid, null)).toBe(true);
    expect(processIdentity().born).toBe(born);
  });

  it('distinguishes a process from an earlier one with the same id', () => {
    const { pid, born, isAlive } = processIdentity();
    if (linux) expect(born).toMatch(/^\d+$/);
    if (born !== null) expect(isAlive(pid, `${born}0`)).toBe(false);
  });

  it("reports another user's process as alive", () => {
    expect(processIdentity().isAlive(1, null)).toBe(true);
  });

  it.each([0, -1, -process.pid, 1.5, Number.NaN, 2 ** 40])('reports %s as not alive', (pid) => {
    expect(processIdentity().isAlive(pid, null)).toBe(false);
  });

  it('reports a killed process as dead, also while it is a zombie', async () => {
    // The shell starts a process and becomes a sleep that never reaps it, so the killed process stays a zombie.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    const { isAlive } = processIdentity();
    try {
      // Some shells reap children immediately. A sleep does not.
      const command = (): string => readFileSync(`/proc/${parent.pid}/stat`, 'latin1');
      if (linux) await expect.poll(command, { timeout: 30_000 }).toContain('(sleep)');
      expect(isAlive(pid, null)).toBe(true);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive(pid, null), { timeout: 30_000 }).toBe(false);
      if (linux) expect(parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.state).toBe('Z');
      process.kill(parent.pid as number, 'SIGKILL');
      await once(parent, 'close');
      expect(isAlive(parent.pid as number, null)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

describe('parseStat', () => {
  const rest = `S 1 ${Array.from({ length: 17 }, (_, i) => i).join(' ')} 98765 0 0`;

  it.each(['node', 'a b', 'x) Z 1 (y', ')', ''])('parses the stat line of a program called "%s"', (name) => {
    expect(parseStat(`42 (${name}) ${rest}\n`)).toEqual({ state: 'S', start: '98765' });
  });

  it.each(['', '42 (node) S 1', 'garbage'])('returns null for "%s"', (text) => {
    expect(parseStat(text)).toBeNull();
  });
});
