// Compiles and runs the blocks of TypeScript in the READMEs and the guides. `blocks.ts` explains the marks.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tsc } from '../../scripts/bootstrap.mjs';
import { packageFolders, root } from '../../scripts/workspace.mjs';
import { type DocumentedProgram, programsOf } from './blocks.ts';

const guides = readdirSync(`${root}/docs/guides`).filter((name) => name.endsWith('.md'));
const packages = packageFolders().filter((path) => path.startsWith('packages/'));
const pages = [
  'README.md',
  ...packages.map((path) => `${path}/README.md`),
  ...guides.map((name) => `docs/guides/${name}`),
];
const programs = pages.flatMap((page) => programsOf(page, readFileSync(`${root}/${page}`, 'utf8')));

// A folder from which every package of the repository can be imported.
const scratch = `${root}/.asktell`;
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(`${scratch}/documented-`);
afterAll(() => rmSync(folder, { recursive: true }));
for (const path of packages) {
  const { name } = JSON.parse(readFileSync(`${root}/${path}/package.json`, 'utf8')) as { readonly name: string };
  const link = `${folder}/node_modules/${name}`;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(`${root}/${path}`, link, 'junction');
}

const fileOf = (program: DocumentedProgram): string => join(folder, `program-${programs.indexOf(program)}.ts`);
for (const program of programs) writeFileSync(fileOf(program), `${program.code}\nexport {};\n`);
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({
    extends: `${root}/tsconfig.base.json`,
    compilerOptions: {
      rootDir: root,
      types: ['node'],
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      isolatedDeclarations: false,
      noUncheckedIndexedAccess: false, // most readers do not use it
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
      tsBuildInfoFile: null,
    },
    include: ['*.ts'],
    exclude: [],
  }),
);

test('all blocks compile', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: root,
  });
  const errors = stdout.split('\n').flatMap((line) => {
    const [, file = '', at, text] = /^([^(]*)\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
    const program = programs.find((candidate) => basename(fileOf(candidate)) === basename(file));
    if (program === undefined) return line.startsWith('error') ? [line] : []; // the sources have tests of their own
    return [`${program.name.replace(/:\d+$/, '')}:${program.lines[Number(at) - 1]}: ${text}`];
  });
  expect(errors).toEqual([]);
  expect(stderr).toBe('');
});

test('no cell of a table is longer than 120 characters', () => {
  const cells = pages.flatMap((page) =>
    readFileSync(`${root}/${page}`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split(/(?<!\\)\|/).map((cell) => `${page}: ${cell.trim()}`))
      .filter((cell) => cell.length > page.length + 2 + 120),
  );
  expect(cells).toEqual([]);
});

const home = process.cwd();
let output: string[];
beforeEach(() => {
  output = [];
  process.chdir(mkdtempSync(`${tmpdir()}/asktell-documented-`));
  const keep = (text: string | Uint8Array): boolean => {
    output.push(String(text));
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(keep);
  // The console of Vitest does not write to these streams.
  for (const method of ['log', 'info', 'warn', 'error', 'table'] as const)
    vi.spyOn(console, method).mockImplementation((...values: readonly unknown[]) => keep(`${format(...values)}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
  const left = process.cwd();
  process.chdir(home);
  rmSync(left, { recursive: true });
});

const run = programs.filter(({ onlyCompiled }) => onlyCompiled === null);
test.each(run)('$name runs', async (program) => {
  await import(pathToFileURL(fileOf(program)).href);
  if (program.prints !== null) expect(stripVTControlCharacters(output.join(''))).toMatch(program.prints);
});
