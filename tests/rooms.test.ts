// The rooms of core, and circles of imports in every package. Type imports count: who needs a type needs its file.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFolders, root } from '../scripts/workspace.mjs';
import { importsOf } from './imports.ts';

/** The rooms of core from top to bottom: the life of a trial. A room imports rooms of lower floors only. */
const floors: readonly (readonly string[])[] = [
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

/** A file of core without a folder is the ground floor; its `index.ts` is the roof. */
function floorOf(file: string): number {
  const path = relative(core, file);
  if (path === 'index.ts') return -1;
  const room = dirname(path);
  return room === '.' ? floors.length : floors.findIndex((floor) => floor.includes(room));
}

/** Files that import themselves through others. */
function inCircles(graph: ReadonlyMap<string, readonly string[]>): string[] {
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

  test('every file is in a room or on the ground floor', () => {
    expect([...graph.keys()].filter((file) => floorOf(file) === -1)).toEqual([join(core, 'index.ts')]);
  });

  test('imports lead downward, and not to a neighbour', () => {
    const wrong = [...graph].flatMap(([file, imported]) =>
      imported
        .filter((other) => dirname(other) !== dirname(file) && floorOf(other) <= floorOf(file))
        .map((other) => `${file} → ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  test(`no file has more than ${maxLines} lines`, () => {
    expect(sources(core).filter((file) => linesOf(file) > maxLines)).toEqual([]);
  });
});

test.each(packageFolders())('%s has no circles of imports', (room) => {
  expect(inCircles(graphOf(`${room}/src`))).toEqual([]);
});
