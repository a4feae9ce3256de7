import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

/**
 * Runs a program on our terminal and resolves to its exit code.
 *
 * Ctrl-C reaches the child by itself, as a member of the terminal's process group; SIGTERM and SIGHUP are passed on.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    // npx is a batch file on Windows, which only a shell can start.
    const shell = process.platform === 'win32' && command === 'npx';
    const child = spawn(command, args, { cwd: root, env, shell, stdio: 'inherit' });
    const pass = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    const stay = () => {};
    process.on('SIGINT', stay).on('SIGTERM', pass).on('SIGHUP', pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', stay).off('SIGTERM', pass).off('SIGHUP', pass);
      if (signal !== null) process.kill(process.pid, signal);
      else resolve(code ?? 1);
    });
  });
}

/**
 * Like {@link run}, for steps that must succeed: the program has said why it failed, so we only leave.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function must(command, args, env) {
  const code = await run(command, args, env);
  if (code !== 0) process.exit(code);
}
