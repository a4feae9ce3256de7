import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerProcess } from '../../../../tests/worker-process.ts';

const script = new URL('life.test.mjs', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'asktell-alive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namespace = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const hostAndNamespace = ['unshare', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
const otherHost = [...hostAndNamespace, 'sh', '-c', 'hostname elsewhere && exec "$@"', 'sh'];

const works = (command: readonly string[]): boolean => {
  const [first, ...rest] = [...command, 'true'];
  return spawnSync(first as string, rest).status === 0;
};
const canUnshare = works(namespace) && works(otherHost);
if (!canUnshare)
  console.warn(
    'The tests with namespaces are skipped: they need Linux, unshare(1) and permission to create namespaces.',
  );

/** Asks for a trial elsewhere while a worker here runs trial 0. */
async function taken(task: string, command: readonly string[]): Promise<unknown> {
  const file = join(folder, `${task}-${command.length}.db`);
  const worker = new WorkerProcess(script, ['slow', file, '60000', '1']);
  expect(await worker.fact('started')).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 1000)); // the first process check takes a moment
  const numbers: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const other = new WorkerProcess(script, [task, file], command);
    numbers.push(await other.fact('took'));
    expect([await other.ended, other.errors]).toEqual([0, '']);
  }
  worker.process.kill('SIGKILL');
  await worker.ended;
  return numbers;
}

describe.skipIf(!canUnshare)('a trial that runs is not taken', () => {
  const options = { timeout: 120_000 };
  it('by a process of another pid namespace', options, async () => {
    expect(await taken('one', namespace)).toEqual([1, 2]);
  });

  it('by a process of another host', options, async () => {
    expect(await taken('one', otherHost)).toEqual([1, 2]);
  });

  it('by a process of another host whose clock is 120 s ahead', options, async () => {
    expect(await taken('ahead', otherHost)).toEqual([1, 2]);
  });
});
