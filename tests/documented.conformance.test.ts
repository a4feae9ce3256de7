// Samplers, pruners and storages that the documentation shows are run through the suites of @asktell/testing.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript-api';
import { describe, expect, test } from 'vitest';
import { nearBest } from '../examples/src/samplers/near-best.ts';
import * as asktell from '../packages/asktell/src/index.ts';
import { testPruner, testSampler, testStorage, testTrialLife } from '../packages/testing/src/index.ts';
import { root } from '../scripts/workspace.mjs';
import { type DocumentedProgram, programsOf } from './documented/blocks.ts';

const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

/** The code of the `@example` of an interface, without the asterisks of its comment. */
function exampleOf(file: string, name: string): string {
  const text = read(file);
  const comment = text.slice(0, text.indexOf(`export interface ${name}<`));
  const example = comment.slice(comment.lastIndexOf('@example') + '@example'.length, comment.lastIndexOf('*/'));
  return example.replace(/^ \* ?/gm, '');
}

/** The program of a page that contains a text, up to where it begins to use what it defines. */
function definition(page: string, text: string): string {
  const program = programsOf(page, read(page)).find(({ code }) => code.includes(text));
  return (program as DocumentedProgram).code.split(/^const (?:space|storage|study) = /m)[0] as string;
}

/** Runs an example that imports from asktell only, and returns one of its constants or classes. */
function evaluate(code: string, constant: string): unknown {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const javascript = ts.transpileModule(code, { compilerOptions: options }).outputText;
  const body = javascript
    .replace(/import (\{[^}]*\}) from 'asktell';/, 'const $1 = asktell;')
    .replace(/export \{\s*\};/, '');
  return new Function('asktell', `${body}; return ${constant};`)(asktell);
}

const documented: readonly (readonly [file: string, text: string])[] = [
  ['README.md', 'const central: Sampler = {'],
  ['docs/guides/extending.md', 'class ShrinkingSampler implements Sampler<Progress> {'],
  ['docs/guides/extending.md', 'const diagonal: Sampler = {'],
  ['docs/guides/extending.md', 'class WorstPruner implements Pruner<Worst> {'],
  ['examples/src/samplers/near-best.ts', 'export const nearBest: Sampler<{ best: number }> = {'],
  ['packages/core/src/sampler/sampler.ts', '* const middle: Sampler = {'],
];

testSampler('near-best of the examples', { make: () => nearBest });

describe('the example of the interface Sampler', () => {
  const middle = evaluate(exampleOf('packages/core/src/sampler/sampler.ts', 'Sampler'), 'middle') as asktell.Sampler;
  testSampler('middle', { make: () => middle });
});

describe('the README', () => {
  const central = evaluate(definition('README.md', 'const central'), 'central') as asktell.Sampler;
  testSampler('central', { make: () => central });
});

describe('the guide to extensions', () => {
  const defined = <T>(name: string): T => evaluate(definition('docs/guides/extending.md', name), name) as T;
  const ShrinkingSampler = defined<new () => asktell.Sampler>('ShrinkingSampler');
  const WorstPruner = defined<new () => asktell.Pruner>('WorstPruner');
  const fixedPoint = defined<asktell.Restorable<asktell.Sampler>>('fixedPoint');
  const CountingStorage = defined<new () => asktell.Storage>('CountingStorage');
  const counting = { open: () => new CountingStorage() };
  testSampler('diagonal', { make: () => defined<asktell.Sampler>('diagonal') });
  testSampler('shrinking', { make: () => new ShrinkingSampler() });
  testSampler('fixed point', { make: () => fixedPoint.fromConfig(0.25, () => expect.fail('nothing is nested')) });
  testPruner('worst', { make: () => new WorstPruner() });
  testStorage('counting', counting);
  testTrialLife('counting', counting);
});

test('no other sampler, pruner or storage is documented', () => {
  const files = [
    ...list('.', /^(README|CONTRIBUTING)\.md$/),
    ...list('docs', /\.md$/),
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
