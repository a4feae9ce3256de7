import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from './tasks.ts';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Performs a task in a process of its own, so that no measurement inherits another's heap or compiled code. */
export async function inChild<T>(task: Task): Promise<T> {
  const child = spawn(process.execPath, ['--expose-gc', worker, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`the measurement ${JSON.stringify(task)} ended with code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) as string) as T;
}
