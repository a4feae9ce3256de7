import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wrongContents } from '../scripts/check-packages-contents.mjs';
import { packageFolders, root } from '../scripts/workspace.mjs';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly files?: readonly string[];
}

const manifests = packageFolders().map(
  (folder): Manifest => JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8')),
);

describe.each(manifests.filter((manifest) => manifest.private !== true))('$name', (manifest) => {
  test('has a description, keywords and a license', () => {
    expect(manifest.description).toMatch(/^[A-Z].*[^.]$/);
    expect(manifest.keywords).toContain('optimization');
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords?.length);
    expect(manifest.license).toBe('MIT');
  });

  test('excludes tests, scripts and fixtures from the tarball', () => {
    const excluded = ['!**/*.test.*', '!**/*.test-d.*', '!**/*.bench.*', '!**/*.py', '!**/fixtures'];
    expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'src', ...excluded]));
  });
});

const always = ['package.json', 'README.md', 'LICENSE'];

test('a tarball with code, sources and tables is accepted', () => {
  const files = [
    'dist/index.js',
    'src/index.ts',
    'src/law.ts',
    'src/problems/tables/mlp-wine.json',
    'src/testing/a.ts',
  ];
  expect(wrongContents([...always, ...files])).toEqual([]);
});

test.each(['src/a.test.ts', 'src/a.test.mjs', 'src/a.test-d.ts', 'src/a.bench.ts', 'src/a.py', 'src/fixtures/a.json'])(
  'a tarball must not contain %s',
  (file) => {
    expect(wrongContents([...always, file])).toEqual([
      `the tarball contains ${file}; exclude it in "files" of package.json`,
    ]);
  },
);

test.each(always)('a tarball must contain %s', (file) => {
  const others = always.filter((other) => other !== file);
  expect(wrongContents(others)).toEqual([`the tarball does not contain ${file}`]);
});
