// Samplers, pruners and storages that the documentation shows are run through the suites of @asktell/testing.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript-api';
import { describe, expect, test } from 'vitest';
import { nearBest } from '../examples/src/samplers/near-best.ts';
import * as asktell from '../packages/asktell/src/index.ts';
import { testPruner, testSampler } from '../packages/testing/src/index.ts';
import { root } from '../scripts/workspace.mjs';
import { programsOf } from './documented/blocks.ts';

const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

/** The code of the `@example` of an interface, without the asterisks of its comment. */
function exampleOf(file: string, name: string): string {
  const text = read(file);
  const comment = text.slice(0, text.indexOf(`export interface ${name}<`));
  const example = comment.slice(comment.lastIndexOf('@example') + '@example'.length, comment.lastIndexOf('*/'));
  return example.replace(/^ \* ?/gm, '');
}

/** Runs the declarations of a program that imports from asktell only, and returns one of its constants. */
function evaluate(code: string, constant: string): unknown {
  const source = ts.createSourceFile('program.ts', code, ts.ScriptTarget.ES2022);
  const declarations = source.statements.filter(
    (statement) => !ts.isExpressionStatement(statement) && !/\bawait\b/.test(statement.getFullText(source)),
  );
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const text = declarations.map((statement) => statement.getFullText(source)).join('');
  const javascript = ts.transpileModule(text, { compilerOptions: options }).outputText;
  const body = javascript
    .replace(/import (\{[^}]*\}) from 'asktell';/, 'const $1 = asktell;')
    .replace(/export \{\s*\};/, '');
  return new Function('asktell', `${body}; return ${constant};`)(asktell);
}

/** The samplers or pruners that the programs of a page define: their constants and code. */
function definedIn(page: string, kind: 'Sampler' | 'Pruner'): { readonly name: string; readonly code: string }[] {
  return programsOf(page, read(page)).flatMap(({ code }) =>
    Array.from(code.matchAll(new RegExp(`const (\\w+): ${kind}(?:<.*>)? = \\{`, 'g')), ([, name = '']) => ({
      name,
      code,
    })),
  );
}

const documented: readonly (readonly [file: string, text: string])[] = [
  ['examples/src/samplers/near-best.ts', 'export const nearBest: Sampler<{ best: number }> = {'],
  ['packages/core/src/sampler/sampler.ts', '* const middle: Sampler = {'],
];

testSampler('near-best of the examples', { make: () => nearBest });

describe('the example of the interface Sampler', () => {
  const middle = evaluate(exampleOf('packages/core/src/sampler/sampler.ts', 'Sampler'), 'middle') as asktell.Sampler;
  testSampler('middle', { make: () => middle });
});

const pages = ['README.md', ...list('docs/guides', /\.md$/)];
for (const page of pages) {
  for (const { name, code } of definedIn(page, 'Sampler'))
    testSampler(`${name} of ${page}`, { make: () => evaluate(code, name) as asktell.Sampler });
  for (const { name, code } of definedIn(page, 'Pruner'))
    testPruner(`${name} of ${page}`, { make: () => evaluate(code, name) as asktell.Pruner });
}

test('no other sampler, pruner or storage is documented', () => {
  const files = [
    ...list('.', /^CONTRIBUTING\.md$/),
    ...list('docs', /\.md$/).filter((file) => !pages.includes(file)),
    ...list('examples/src', /\.ts$/),
    ...list('packages', /^(?!.*\.(?:test|test-d|bench)\.).*\.(?:ts|md)$/),
  ];
  const found = files.flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) => /: (?:Sampler|Pruner|Storage)(?:<.*>)? = \{|implements (?:Sampler|Pruner|Storage)\b/.test(line))
      // Code of the packages has suites of its own. Comments and texts show something to copy.
      .filter((line) => !file.startsWith('packages/') || file.endsWith('.md') || line.trim().startsWith('*'))
      .map((line) => [file, line.trim()]),
  );
  expect(found).toEqual(documented);
});

function list(folder: string, name: RegExp): string[] {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true, recursive: folder !== '.' })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length + 1).replace(/^\.\//, ''))
    .filter((file) => !/(?:^|\/)(?:node_modules|dist)\//.test(file))
    .sort();
}
