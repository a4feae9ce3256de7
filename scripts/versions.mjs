// Converts the changesets to the next version of all public packages and a section of CHANGELOG.md.
//
// This replaces `changeset version`, which treats a minor change of a peer dependency as a major change of its dependents.
// core is a peer of most packages, so a minor change would turn 0.1.0 into 1.0.0. `changeset version` also writes one
// changelog per package, although all packages share one version.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import read from '@changesets/read';

/** @typedef {'major' | 'minor' | 'patch'} Change */

const order = /** @type {const} */ (['major', 'minor', 'patch']);

/**
 * Raises the versions, writes the changelog and deletes the changesets. Writes nothing if it throws.
 * @param {string} root the folder with `.changeset` and `CHANGELOG.md`
 * @param {readonly string[]} folders the folders of all packages, relative to the root
 * @returns {Promise<string>} the new version
 * @throws Error if no changeset changes a version, if one names an unpublished package, or if the versions differ
 */
export async function raiseVersions(root, folders) {
  const manifests = folders
    .map((folder) => `${root}/${folder}/package.json`)
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .map(({ file, text }) => ({ file, text, ...JSON.parse(text) }))
    .filter((manifest) => manifest.private !== true);
  const versions = [...new Set(manifests.map(({ version }) => version))];
  if (versions.length !== 1) throw new Error(`the packages must share one version, but have ${versions.join(', ')}`);
  const current = versions[0];

  const changesets = (await read(root)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const published = manifests.map(({ name }) => name);
  for (const { id, releases } of changesets)
    for (const { name } of releases)
      if (!published.includes(name))
        throw new Error(
          `.changeset/${id}.md names '${name}', which is not published; use one of ${published.join(', ')}`,
        );
  const changes = changesets.map(({ releases }) => largest(releases.map(({ type }) => type)));
  const change = largest(changes);
  if (change === undefined) throw new Error(`no changeset changes a version; add one with 'npm run changeset'`);

  const next = raised(current, change);
  const sections = order.flatMap((wanted) => {
    const lines = changesets.filter((_, i) => changes[i] === wanted).map(bullet);
    const title = `${wanted[0]?.toUpperCase()}${wanted.slice(1)} changes`;
    return lines.length === 0 ? [] : [`### ${title}\n\n${lines.join('\n')}\n`];
  });
  const log = readFileSync(`${root}/CHANGELOG.md`, 'utf8');
  const at = log.search(/^## /m);
  if (at < 0) throw new Error(`CHANGELOG.md has no section ('## …') to put version ${next} before`);

  writeFileSync(`${root}/CHANGELOG.md`, `${log.slice(0, at)}## ${next}\n\n${sections.join('\n')}\n${log.slice(at)}`);
  for (const { file, text } of manifests)
    writeFileSync(file, text.replace(`"version": "${current}"`, `"version": "${next}"`));
  for (const { id } of changesets) rmSync(`${root}/.changeset/${id}.md`);
  return next;
}

/**
 * @param {readonly (Change | 'none' | undefined)[]} changes
 * @returns {Change | undefined}
 */
const largest = (changes) => order.find((change) => changes.includes(change));

/**
 * @param {string} version
 * @param {Change} change
 */
function raised(version, change) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (change === 'major') return `${major + 1}.0.0`;
  return change === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** @param {{ summary: string, releases: readonly { name: string }[] }} changeset */
function bullet({ summary, releases }) {
  const names = releases.map(({ name }) => `\`${name}\``).join(', ');
  return `- ${names}: ${summary.trim().replace(/\n(?=.)/g, '\n  ')}`;
}
