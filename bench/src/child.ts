import { spawn, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Task } from './tasks.ts';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** The core for pinned measurements. The last core handles fewer interrupts than the first ones. */
const core = String(cpus().length - 1);

/** Whether processes can be pinned to a core. This requires Linux with util-linux. */
export const canPin: boolean = spawnSync('taskset', ['-c', core, 'true']).status === 0;

/** Options of a child process. */
export interface ChildOptions {
  /** Whether to pin the process to one core, if {@link canPin}. */
  readonly pinned?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Performs a task in a new process, so that measurements do not share heaps or compiled code. */
export function runInChild<T>(task: Task, options?: ChildOptions): Promise<T> {
  return runJson<T>([process.execPath, '--expose-gc', worker, JSON.stringify(task)], options);
}

function pinnedCommand(command: readonly string[], { pinned }: ChildOptions): readonly string[] {
  return pinned === true && canPin ? ['taskset', '-c', core, ...command] : command;
}

/** Milliseconds from the start of a program to its end. */
export async function timeProcess(command: readonly string[], options: ChildOptions = {}): Promise<number> {
  const [program, ...args] = pinnedCommand(command, options);
  const started = performance.now();
  const child = spawn(program as string, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: options.env ?? process.env,
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve));
  const elapsed = performance.now() - started;
  if (code !== 0) throw new Error(`${command.join(' ')} exited with code ${code}`);
  return elapsed;
}

/** Runs a program and parses the last line of its output as JSON. */
export async function runJson<T>(command: readonly string[], options: ChildOptions = {}): Promise<T> {
  const [program, ...args] = pinnedCommand(command, options);
  const child = spawn(program as string, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: options.env ?? process.env,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`the measurement ${command.join(' ')} exited with code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) as string) as T;
}
