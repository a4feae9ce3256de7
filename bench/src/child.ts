import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Task } from './tasks.ts';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** The core that pinned measurements run on: the last one, as the first ones serve interrupts. */
const core = String(cpus().length - 1);

/** Whether processes can be tied to one core here: Linux with util-linux. */
export const canPin: boolean = spawnSync('taskset', ['-c', core, 'true']).status === 0;

export interface ChildOptions {
  /** On one core, where the system can do that. */
  readonly pinned?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Performs a task in a process of its own, so that no measurement inherits another's heap or compiled code. */
export function inChild<T>(task: Task, options?: ChildOptions): Promise<T> {
  return runJson<T>([process.execPath, '--expose-gc', worker, JSON.stringify(task)], options);
}

/** Runs a program whose last line is a JSON value. */
export async function runJson<T>(command: readonly string[], options: ChildOptions = {}): Promise<T> {
  const [program, ...args] = options.pinned === true && canPin ? ['taskset', '-c', core, ...command] : command;
  const child = spawn(program as string, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: options.env ?? process.env,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`the measurement ${command.join(' ')} ended with code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) as string) as T;
}
