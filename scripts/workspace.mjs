// The folders of the workspace. Imports only Node modules, so it works before the installation.
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The folders of all packages, relative to the root.
 * @returns {string[]}
 */
export function packageFolders() {
  const below = (/** @type {string} */ folder) => readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`);
  return [...below('packages'), ...below('packages/samplers'), 'examples', 'bench']
    .filter((folder) => existsSync(`${root}/${folder}/package.json`))
    .sort();
}
