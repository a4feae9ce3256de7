// Checks which packages each package may import.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFolders, root } from '../scripts/workspace.mjs';
import { importsOf } from './imports.ts';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const sampler = '@asktell/sampler-*';
const testTools = ['@asktell/testing', 'vitest', 'fast-check', '@fast-check/vitest'];

/** Allowed imports by package. A trailing `*` matches any suffix. */
const arrows: Record<string, readonly string[]> = {
  '@asktell/numerics': [],
  '@asktell/core': ['@asktell/numerics'],
  '@asktell/pruners': ['@asktell/core', '@asktell/numerics'],
  '@asktell/analysis': ['@asktell/core', '@asktell/numerics'],
  '@asktell/sampler-auto': ['@asktell/core', '@asktell/numerics', sampler],
  [sampler]: ['@asktell/core', '@asktell/numerics'],
  '@asktell/storage': ['@asktell/core', 'better-sqlite3', 'pg', 'node:*'],
  '@asktell/ml': ['@asktell/core', '@asktell/numerics', '@asktell/pruners', '@asktell/analysis', sampler],
  '@asktell/testing': ['@asktell/core', '@asktell/numerics', 'vitest', 'fast-check', '@fast-check/vitest', 'node:*'],
  asktell: ['@asktell/*', 'mathjs', 'better-sqlite3', 'pg', 'commander', '@tensorflow/tfjs-core', 'node:*'],
  '@asktell/examples': ['*'],
  '@asktell/bench': ['*'],
};

const matches = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
/** The build copies what these modules import into the package, so users do not install it. */
const isBundled = (file: string) => /\/bundled-[\w-]+\.ts$/.test(file);
const isTest = (file: string) => /\.(test|test-d|bench)\.ts$/.test(file);

/** Whether a file must run in a browser: files of packages without `node:` imports, and of asktell all but its Node platform. */
const runsInBrowser = (folder: string, file: string, allowed: readonly string[]) =>
  folder === 'packages/asktell'
    ? !/^src\/(platform\/node[^/]*\.ts$|node\/)/.test(file)
    : !allowed.some((a) => matches(a, 'node:fs'));

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), 'utf8').replace(/^\s*\/\/.*$/gm, '')) as T;
}

function filesBelow(folder: string): string[] {
  const skipped = ['node_modules', 'dist', 'coverage', '.git', '.asktell', '.pnpm-store', '.peers'];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

const packageOf = (specifier: string) =>
  specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

describe.each(packageFolders())('%s', (folder) => {
  const manifest = read<Manifest>(`${folder}/package.json`);
  const runtime = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const allowed =
    arrows[manifest.name] ?? arrows[Object.keys(arrows).find((name) => matches(name, manifest.name)) ?? ''] ?? [];
  const permits = (name: string) =>
    allowed.some((pattern) => matches(pattern, name)) &&
    (['@asktell/testing', '@asktell/bench'].includes(manifest.name) || !testTools.includes(name));

  test('package.json has only allowed dependencies', () => {
    expect(runtime.filter((name) => !permits(name))).toEqual([]);
    const own = Object.keys(manifest.devDependencies ?? {}).filter((name) => /^(@asktell\/|asktell$)/.test(name));
    expect(own.filter((name) => !permits(name) && name !== '@asktell/testing')).toEqual([]);
  });

  const files = filesBelow(`${folder}/src`).filter((path) => path.endsWith('.ts'));

  test('sources import only allowed packages that package.json lists', () => {
    const violations: string[] = [];
    for (const path of files.filter((file) => !isTest(file))) {
      const isForBrowser = runsInBrowser(folder, relative(folder, path), allowed);
      const listed = isBundled(path) ? Object.keys(manifest.devDependencies ?? {}) : runtime;
      for (const specifier of importsOf(path)) {
        const name = packageOf(specifier);
        const isAllowed = specifier.startsWith('.')
          ? join(path, '..', specifier).startsWith(join(folder, 'src/')) && !isTest(specifier)
          : specifier.startsWith('#') ||
            (specifier.startsWith('node:') ? !isForBrowser && permits(name) : permits(name) && listed.includes(name));
        if (!isAllowed) violations.push(`${path}: ${specifier}`);
      }
    }
    expect(violations).toEqual([]);
  });

  test('tests import other packages by name', () => {
    // The folder `tests` is not a package. It contains helpers for the tests of several packages.
    const outside = (path: string, specifier: string) =>
      specifier.startsWith('.') &&
      ![join(folder, '/'), 'tests/'].some((allowedFolder) => join(path, '..', specifier).startsWith(allowedFolder));
    const violations = files
      .filter(isTest)
      .flatMap((path) => importsOf(path).filter((specifier) => outside(path, specifier)));
    expect(violations).toEqual([]);
  });

  test('tsconfig.json gives Node types only to packages that may import node: modules', () => {
    const config = read<{ compilerOptions?: { types?: string[] } }>(`${folder}/tsconfig.json`);
    if (!allowed.some((pattern) => matches(pattern, 'node:fs'))) expect(config.compilerOptions?.types).toBeUndefined();
    expect(read<{ references: { path: string }[] }>('tsconfig.build.json').references).toContainEqual({ path: folder });
  });
});

test('core imports only the elementary functions of numerics', () => {
  const imported = filesBelow('packages/core/src')
    .filter((path) => path.endsWith('.ts') && !isTest(path))
    .flatMap((path) => importsOf(path).filter((specifier) => specifier.startsWith('@asktell/')));
  expect([...new Set(imported)]).toEqual(['@asktell/numerics/elementary']);
});

test('no file refers to a sibling folder of the repository or to a package registry', () => {
  const siblingFolder = ['..', 'shared'].join('/'); // joined, so that this file does not contain the path
  const violations = filesBelow('.').filter((path) => {
    const text = readFileSync(join(root, path), 'latin1');
    return text.includes(siblingFolder) || /\bregistry\.[a-z0-9-]+\.[a-z]/.test(text);
  });
  expect(violations).toEqual([]);
  expect(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')).not.toContain('http');
});
