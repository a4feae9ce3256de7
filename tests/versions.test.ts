import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { raiseVersions } from '../scripts/versions.mjs';
import { packageFolders, root } from '../scripts/workspace.mjs';

const temp = mkdtempSync(`${tmpdir()}/asktell-versions-`);
afterAll(() => rmSync(temp, { recursive: true, force: true }));

const log = '# Changelog\n\nAll packages share one version.\n\n## 0.1.0\n\n- First.\n';

interface Repository {
  readonly read: (path: string) => string;
  readonly files: () => string[];
  readonly raise: () => Promise<string>;
}

/** A repository with two public packages, a private one, and these changesets. */
function repository(changesets: { readonly [id: string]: string }, version = '0.1.0'): Repository {
  const folder = mkdtempSync(`${temp}/repository-`);
  mkdirSync(`${folder}/.changeset`);
  const packages = [
    ['a', { name: '@asktell/a', version: '0.1.0' }],
    ['b', { name: 'asktell', version, peerDependencies: { '@asktell/a': 'workspace:^' } }],
    ['bench', { name: '@asktell/bench', version: '0.1.0', private: true }],
  ] as const;
  for (const [path, manifest] of packages) {
    mkdirSync(`${folder}/${path}`);
    writeFileSync(`${folder}/${path}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  writeFileSync(`${folder}/CHANGELOG.md`, log);
  writeFileSync(`${folder}/.changeset/README.md`, 'About changesets.\n');
  for (const [id, text] of Object.entries(changesets)) writeFileSync(`${folder}/.changeset/${id}.md`, text);
  return {
    read: (path) => readFileSync(`${folder}/${path}`, 'utf8'),
    files: () => readdirSync(`${folder}/.changeset`),
    raise: () => raiseVersions(folder, ['a', 'b', 'bench']),
  };
}

const minor = "---\n'@asktell/a': minor\n---\n\nRenames a thing.\n\nThe old name is gone.\n";
const patch = "---\n'@asktell/a': patch\nasktell: patch\n---\n\nFixes a thing.\n";

test('a minor change of a peer dependency is a minor change of all packages', async () => {
  const { read, files, raise } = repository({ one: minor, two: patch });
  expect(await raise()).toBe('0.2.0');
  expect(read('a/package.json')).toBe('{\n  "name": "@asktell/a",\n  "version": "0.2.0"\n}\n');
  expect(JSON.parse(read('b/package.json'))).toEqual({
    name: 'asktell',
    version: '0.2.0',
    peerDependencies: { '@asktell/a': 'workspace:^' },
  });
  expect(JSON.parse(read('bench/package.json')).version).toBe('0.1.0');
  expect(read('CHANGELOG.md')).toBe(`# Changelog

All packages share one version.

## 0.2.0

### Minor changes

- \`@asktell/a\`: Renames a thing.

  The old name is gone.

### Patch changes

- \`@asktell/a\`, \`asktell\`: Fixes a thing.

## 0.1.0

- First.
`);
  expect(files()).toEqual(['README.md']);
});

test.each([
  ['patch', '0.1.1'],
  ['minor', '0.2.0'],
  ['major', '1.0.0'],
])('a %s change raises 0.1.0 to %s', async (change, version) => {
  expect(await repository({ one: `---\nasktell: ${change}\n---\n\nText.\n` }).raise()).toBe(version);
});

test.each([
  ['there is no changeset', repository({}), /add one with 'npm run changeset'/],
  ['a private package is named', repository({ x: minor.replace('/a', '/bench') }), /x\.md names '@asktell\/bench'/],
  ['the versions differ', repository({ x: minor }, '0.3.0'), /share one version, but have 0\.1\.0, 0\.3\.0/],
])('nothing is written when %s', async (_, { read, files, raise }, message) => {
  const before = [read('a/package.json'), read('b/package.json'), files()];
  await expect(raise()).rejects.toThrow(message);
  expect([read('a/package.json'), read('b/package.json'), files()]).toEqual(before);
  expect(read('CHANGELOG.md')).toBe(log);
});

test('the Changesets configuration has the same packages', () => {
  const { fixed } = JSON.parse(readFileSync(`${root}/.changeset/config.json`, 'utf8')) as { fixed: string[][] };
  const hidden = packageFolders()
    .map((folder) => JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8')))
    .filter((manifest) => manifest.private === true)
    .map(({ name }) => `!${name}`);
  expect(fixed).toEqual([['asktell', '@asktell/*', ...hidden]]);
});
