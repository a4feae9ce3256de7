import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

/**
 * Runs a program with the terminal of this process and resolves to its exit code.
 *
 * The terminal sends SIGINT to the whole process group, so the child receives it. SIGTERM and SIGHUP are forwarded.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */
export function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    // On Windows, npx is a batch file and needs a shell.
    const shell = process.platform === 'win32' && command === 'npx';
    const child = spawn(command, args, { cwd: root, env, shell, stdio: 'inherit' });
    const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
    const ignore = () => {};
    process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      if (signal !== null) process.kill(process.pid, signal);
      else resolve(code ?? 1);
    });
  });
}

/**
 * Like {@link run}, but exits with the program's code when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runOrExit(command, args, env) {
  const code = await run(command, args, env);
  if (code !== 0) process.exit(code);
}
