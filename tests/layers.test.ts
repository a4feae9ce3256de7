// Checks the layers of core and import cycles in every package. Type imports count, too.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFolders, root } from '../scripts/workspace.mjs';
import { importsOf } from './imports.ts';

/** The folders of core, from the highest layer to the lowest. A folder may import only from lower layers. */
const layers: readonly (readonly string[])[] = [
  ['study'],
  ['optimize'],
  ['ask-tell'],
  ['trial'],
  ['session'],
  ['proposal', 'workers'],
  ['storage', 'sampler', 'pruner', 'checks'],
  ['history', 'enumeration'],
  ['space'],
  ['distribution'],
  ['rng'],
];

const core = 'packages/core/src';
const maxLines = 350;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|test-d|bench)\.ts$/.test(file))
    .map((file) => join(folder, file));
}

const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;

/** The files of the same package that each file imports. */
function graphOf(folder: string): Map<string, readonly string[]> {
  return new Map(
    sources(folder).map((file) => [
      file,
      importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(dirname(file), specifier)),
    ]),
  );
}

/** The layer of a file of core. Files outside folders are the lowest layer; `index.ts` is -1, above all layers. */
function layerOf(file: string): number {
  const path = relative(core, file);
  if (path === 'index.ts') return -1;
  const folder = dirname(path);
  return folder === '.' ? layers.length : layers.findIndex((layer) => layer.includes(folder));
}

/** Files that are part of an import cycle. */
function inCycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const reaches = (from: string): Set<string> => {
    const seen = new Set<string>();
    const next = [...(graph.get(from) ?? [])];
    for (let file = next.pop(); file !== undefined; file = next.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      next.push(...(graph.get(file) ?? []));
    }
    return seen;
  };
  return [...graph.keys()].filter((file) => reaches(file).has(file));
}

describe('core', () => {
  const graph = graphOf(core);

  test('every file except index.ts belongs to a layer', () => {
    expect([...graph.keys()].filter((file) => layerOf(file) === -1)).toEqual([join(core, 'index.ts')]);
  });

  test('files import only from their own folder and lower layers', () => {
    const violations = [...graph].flatMap(([file, imported]) =>
      imported
        .filter((other) => dirname(other) !== dirname(file) && layerOf(other) <= layerOf(file))
        .map((other) => `${file} → ${other}`),
    );
    expect(violations).toEqual([]);
  });

  test(`no file has more than ${maxLines} lines`, () => {
    expect(sources(core).filter((file) => linesOf(file) > maxLines)).toEqual([]);
  });
});

test.each(packageFolders())('%s has no import cycles', (folder) => {
  expect(inCycles(graphOf(`${folder}/src`))).toEqual([]);
});
