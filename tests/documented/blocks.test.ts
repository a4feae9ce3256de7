import { expect, test } from 'vitest';
import { programsOf } from './blocks.ts';

const page = (...lines: readonly string[]): string => lines.join('\n').replaceAll("'''", '```');

test('a block is a program, with the hidden code that is given before it', () => {
  const text = page(
    '# Title',
    '',
    '<!-- given',
    'const x = 1;',
    '-->',
    '',
    "'''ts",
    'print(x);',
    "'''",
    "'''sh",
    'npm',
    "'''",
  );
  expect(programsOf('page.md', text)).toEqual([
    { name: 'page.md:7', code: 'const x = 1;\nprint(x);', lines: [4, 8], onlyCompiled: null, prints: null },
  ]);
});

test('a block that continues another one runs with it, once', () => {
  const text = page(
    "'''ts",
    'a;',
    "'''",
    'Then:',
    '',
    '<!-- continues -->',
    "'''ts",
    'b;',
    "'''",
    "'''ts",
    'c;',
    "'''",
  );
  expect(programsOf('page.md', text).map(({ code, lines }) => [code, lines])).toEqual([
    ['a;\nb;', [2, 8]],
    ['c;', [11]],
  ]);
});

test('a block can be compiled only, and its text can be printed', () => {
  const text = page(
    '<!-- only compiled: it needs a browser -->',
    "'''ts",
    'a;',
    "'''",
    "'''ts",
    'b;',
    "'''",
    '<!-- prints -->',
    "'''text",
    'value (1)',
    '…',
    'value (9)',
    "'''",
  );
  const [browser, printing] = programsOf('page.md', text);
  expect([browser?.onlyCompiled, printing?.onlyCompiled]).toEqual(['it needs a browser', null]);
  expect(browser?.prints).toBeNull();
  expect('value (1)\nvalue (5)\nvalue (9)\n').toMatch(printing?.prints as RegExp);
  expect('value (1)\nvalue (9)\nvalue (10)\n').not.toMatch(printing?.prints as RegExp);
});

test.each([
  [page("'''ts", 'a;'), 'page.md:1: the block has no end.'],
  [page('<!-- given', 'a'), 'page.md:1: the comment has no end.'],
  [page('<!-- only compiled -->', "'''ts", "'''"), 'page.md:1: the mark must be'],
  [page('<!-- continues -->', "'''ts", "'''"), 'page.md:2: there is no block to continue.'],
  [page('<!-- prints -->', "'''text", "'''"), 'page.md:2: no program prints this.'],
  [page('<!-- continues -->', 'words'), 'page.md:2: no block follows the mark.'],
])('a mark that cannot be read is refused: %j', (text, message) => {
  expect(() => programsOf('page.md', text)).toThrow(message);
});
