// Checks that no package computes with a function whose result the language leaves to the engine: proposals, decisions and
// stored values have the same bits everywhere (docs/decisions/6-same-bits.md).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageFolders, root } from '../scripts/workspace.mjs';

/** What IEEE 754 or the language defines exactly. `random` is different by intent, and the constants are the nearest doubles. */
const exact = [
  ...['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc', 'random'],
  ...['E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'PI', 'SQRT1_2', 'SQRT2'],
];

/** Files and folders that may call the functions of the engine, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'packages/testing/src/': 'test problems are objectives: their values come from outside, as those of a user',
  'packages/storage/src/sqlite/lock-retry.ts': 'a random waiting time, which no result depends on',
};

const sources = packageFolders()
  .filter((folder) => folder.startsWith('packages/'))
  .flatMap((folder) =>
    readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|test-d|bench)\.ts$/.test(file))
      .map((file) => join(folder, 'src', file)),
  );

/** The lines of a source without comments. */
const codeOf = (source: string): readonly string[] =>
  source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/ .*$/, ''));

/** What a line of code uses that engines may round differently. */
function inexact(line: string): readonly string[] {
  const functions = [...line.matchAll(/\bMath\b(?:\.(\w+))?/g)].filter(([, name]) => !exact.includes(name ?? ''));
  // x ** 2 is x * x in every engine, and powers of two with literal exponents and of BigInt are exact.
  const allowed = /\*\*=? 2(?![\w.]|\s*\*\*)|(?<![\w.])2 \*\* -?\d+(?![\w.])|\dn \*\* /g;
  const powers = line.replace(allowed, '').match(/(?<!\*)\*\*(?!\*)/g) ?? [];
  return [...functions.map(([text]) => text), ...powers];
}

test.each([
  ['const y = Math.exp(x) + Math.max(a, b);', ['Math.exp']],
  ['const { log } = Math;', ['Math']],
  ["const f = Math['tanh'];", ['Math']],
  ['z = x ** 2 + 2 ** -53 + 10n ** n + Math.PI;', []],
  ['z = x ** 2.5 + 2 ** k + x ** y + 10 ** 3 + 12 ** 3;', ['**', '**', '**', '**', '**']],
])('the scan of %s', (line, found) => {
  expect(inexact(line)).toEqual(found);
});

test('no package computes with a function that engines round differently', () => {
  expect(sources.length).toBeGreaterThan(300);
  const found = sources
    .filter((file) => !Object.keys(exceptions).some((path) => file.startsWith(path)))
    .flatMap((file) =>
      codeOf(readFileSync(join(root, file), 'utf8')).flatMap((line, i) =>
        inexact(line).map((text) => `${file}:${i + 1}: ${text}`),
      ),
    );
  expect(found, 'use @asktell/numerics/elementary instead').toEqual([]);
});

test('each exception is needed', () => {
  for (const path of Object.keys(exceptions)) {
    const lines = sources
      .filter((file) => file.startsWith(path))
      .flatMap((file) => codeOf(readFileSync(join(root, file), 'utf8')));
    expect(lines.flatMap(inexact), path).not.toEqual([]);
  }
});
