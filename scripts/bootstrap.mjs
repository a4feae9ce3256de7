// Installs dependencies and builds, on a machine that has only Node and npm.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundlePackages } from './bundle.mjs';
import { withLock } from './lock.mjs';
import { runOrExit } from './spawn.mjs';
import { packageFolders, root } from './workspace.mjs';

const stamp = `${root}/node_modules/.asktell-install`;

/** Installs the locked dependencies if they are out of date, then compiles changed files. */
export async function prepare({ build = true } = {}) {
  await withLock(async () => {
    const wanted = fingerprint();
    if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) await pnpm(['install', '--frozen-lockfile']);
    if (build) await Promise.all([runOrExit(process.execPath, [tsc, '-b', 'tsconfig.build.json']), bundlePackages()]);
  });
}

/** The path of the TypeScript compiler. It runs without npx or pnpm, because they take longer than the compiler. */
export const tsc = `${root}/node_modules/typescript/bin/tsc`;

/**
 * Runs the pinned pnpm with npx, because some Node releases do not include corepack.
 * @param {readonly string[]} args
 */
export async function pnpm(args) {
  const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const env = { ...process.env };
  // If no binary of better-sqlite3 can be downloaded, node-gyp compiles it and needs the headers of Node. Most Node
  // installations include them. pnpm does not pass a `nodedir` from ~/.npmrc to install scripts.
  const nodedir = env.npm_config_nodedir ?? dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(`${nodedir}/include/node/node.h`)) env.npm_config_nodedir = nodedir;
  await runOrExit('npx', ['--yes', packageManager, ...args], env);
  if (existsSync(`${root}/node_modules`)) writeFileSync(stamp, fingerprint());
}

/** A hash of everything that an installation depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  hash.update([process.version, process.platform, process.arch].join(' '));
  const manifests = packageFolders().map((folder) => `${folder}/package.json`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(`\0${file}\0`).update(readFileSync(`${root}/${file}`));
  }
  return hash.digest('hex');
}
