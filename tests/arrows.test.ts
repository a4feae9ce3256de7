// Who may import whom. A package that breaks an arrow works today and makes the next change impossible.
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

/** Allowed imports by package; a star stands for any ending. */
const arrows: Record<string, readonly string[]> = {
  '@asktell/numerics': [],
  '@asktell/core': [],
  '@asktell/pruners': ['@asktell/core', '@asktell/numerics'],
  '@asktell/analysis': ['@asktell/core', '@asktell/numerics'],
  '@asktell/sampler-auto': ['@asktell/core', '@asktell/numerics', sampler],
  [sampler]: ['@asktell/core', '@asktell/numerics'],
  '@asktell/storage': ['@asktell/core', 'better-sqlite3', 'pg', 'node:*'],
  '@asktell/ml': ['@asktell/core', '@asktell/analysis', sampler],
  '@asktell/testing': ['@asktell/core', '@asktell/numerics', 'vitest', 'fast-check', '@fast-check/vitest', 'node:*'],
  asktell: ['@asktell/*', 'mathjs', 'better-sqlite3', 'pg', 'commander', 'node:*'],
  '@asktell/examples': ['*'],
  '@asktell/bench': ['*'],
};

const matches = (pattern: string, name: string) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
const isTest = (file: string) => /\.(test|test-d|bench)\.ts$/.test(file);

/** What runs in a browser: everything that may not import `node:`, and the part of asktell that is not its Node platform. */
const mustBePure = (room: string, file: string, allowed: readonly string[]) =>
  room === 'packages/asktell'
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

describe.each(packageFolders())('%s', (room) => {
  const manifest = read<Manifest>(`${room}/package.json`);
  const runtime = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const allowed =
    arrows[manifest.name] ?? arrows[Object.keys(arrows).find((name) => matches(name, manifest.name)) ?? ''] ?? [];
  const permits = (name: string) =>
    allowed.some((pattern) => matches(pattern, name)) &&
    (['@asktell/testing', '@asktell/bench'].includes(manifest.name) || !testTools.includes(name));

  test('package.json names only what the arrows allow', () => {
    expect(runtime.filter((name) => !permits(name))).toEqual([]);
    const own = Object.keys(manifest.devDependencies ?? {}).filter((name) => /^(@asktell\/|asktell$)/.test(name));
    expect(own.filter((name) => !permits(name) && name !== '@asktell/testing')).toEqual([]);
  });

  const files = filesBelow(`${room}/src`).filter((path) => path.endsWith('.ts'));

  test('sources import only what the arrows allow and package.json names', () => {
    const wrong: string[] = [];
    for (const path of files.filter((file) => !isTest(file))) {
      const pure = mustBePure(room, relative(room, path), allowed);
      for (const specifier of importsOf(path)) {
        const name = packageOf(specifier);
        const fine = specifier.startsWith('.')
          ? join(path, '..', specifier).startsWith(join(room, 'src/')) && !isTest(specifier)
          : specifier.startsWith('#') ||
            (specifier.startsWith('node:') ? !pure && permits(name) : permits(name) && runtime.includes(name));
        if (!fine) wrong.push(`${path}: ${specifier}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('tests reach other packages through their names', () => {
    // The repository's own tests folder is not a package: it holds what the tests of several packages share.
    const outside = (path: string, specifier: string) =>
      specifier.startsWith('.') &&
      ![join(room, '/'), 'tests/'].some((folder) => join(path, '..', specifier).startsWith(folder));
    const wrong = files
      .filter(isTest)
      .flatMap((path) => importsOf(path).filter((specifier) => outside(path, specifier)));
    expect(wrong).toEqual([]);
  });

  test('the compiler guards the same border', () => {
    const config = read<{ compilerOptions?: { types?: string[] } }>(`${room}/tsconfig.json`);
    if (!allowed.some((pattern) => matches(pattern, 'node:fs'))) expect(config.compilerOptions?.types).toBeUndefined();
    expect(read<{ references: { path: string }[] }>('tsconfig.build.json').references).toContainEqual({ path: room });
  });
});

test('nothing refers to a neighbour of the repository or to a registry', () => {
  const neighbour = ['..', 'shared'].join('/'); // not spelled out, or this file would be the first to break the rule
  const wrong = filesBelow('.').filter((path) => {
    const text = readFileSync(join(root, path), 'latin1');
    return text.includes(neighbour) || /\bregistry\.[a-z0-9-]+\.[a-z]/.test(text);
  });
  expect(wrong).toEqual([]);
  expect(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')).not.toContain('http');
});
