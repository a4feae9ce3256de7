import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { root } from './workspace.mjs';

/** `pnpm@version`, the argument for npx. @type {string} */
export const pinnedPnpm = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).packageManager;

/**
 * Runs a program and resolves to its standard output. If it fails, the error contains the whole output.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<string>}
 */
export function capture(command, args, { cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32' && /^np[mx]$/.test(command);
    const child = spawn(command, args, { cwd, shell, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let all = '';
    child.stdout.on('data', (data) => {
      out += data;
      all += data;
    });
    child.stderr.on('data', (data) => {
      all += data;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`$ ${command} ${args.join(' ')}\n${all.trim()}\n(${signal ?? `exit code ${code}`})`));
    });
  });
}

/** The environment without the variables of the surrounding npm, which would make a nested npm use this folder. */
function environment() {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|command|config_local_prefix|node)/i.test(name),
    ),
  );
  // As in bootstrap.mjs, better-sqlite3 may need the headers of Node.
  const nodedir = env['npm_config_nodedir'] ?? dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(`${nodedir}/include/node/node.h`)) env['npm_config_nodedir'] = nodedir;
  return env;
}
