// Installs and builds what is missing, on a machine that has nothing but Node and npm.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withLock } from './lock.mjs';
import { must } from './spawn.mjs';
import { packageFolders, root } from './workspace.mjs';

const stamp = `${root}/node_modules/.asktell-install`;

/** Installs the locked dependencies unless that was done already, then compiles what changed. */
export async function prepare({ build = true } = {}) {
  await withLock(async () => {
    const wanted = fingerprint();
    if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) await pnpm(['install', '--frozen-lockfile']);
    if (build) await must(process.execPath, [tsc, '-b', 'tsconfig.build.json']);
  });
}

/** TypeScript's command, run without npx or pnpm in between: they take longer than the compiler. */
export const tsc = `${root}/node_modules/typescript/bin/tsc`;

/**
 * Runs the pinned pnpm. npx fetches it: not every Node brings corepack.
 * @param {readonly string[]} args
 */
export async function pnpm(args) {
  const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  const env = { ...process.env };
  // better-sqlite3 compiles where no binary can be downloaded, and its node-gyp then wants Node's headers. The
  // installation of Node usually has them; pnpm does not hand a `nodedir` of ~/.npmrc on to install scripts.
  const nodedir = env.npm_config_nodedir ?? dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(`${nodedir}/include/node/node.h`)) env.npm_config_nodedir = nodedir;
  await must('npx', ['--yes', packageManager, ...args], env);
  if (existsSync(`${root}/node_modules`)) writeFileSync(stamp, fingerprint());
}

/** Changes exactly when an installation may be out of date. */
function fingerprint() {
  const hash = createHash('sha256');
  hash.update([process.version, process.platform, process.arch].join(' '));
  const manifests = packageFolders().map((room) => `${room}/package.json`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(`\0${file}\0`).update(readFileSync(`${root}/${file}`));
  }
  return hash.digest('hex');
}
