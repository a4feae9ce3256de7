import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { currentErrorsPage, errorsPage } from '../scripts/errors-page.mjs';
import { root } from '../scripts/workspace.mjs';

test('docs/guides/errors.md is what `npm run docs` writes', () => {
  expect(readFileSync(`${root}/docs/guides/errors.md`, 'utf8')).toBe(currentErrorsPage());
});

test('the page has a section for each title and code', () => {
  const page = errorsPage("export type ErrorCode =\n  // # Loops\n  // No more\n  // points.\n  | 'exhausted';\n");
  expect(page).toMatch(/\n\n## Loops\n\n### `exhausted`\n\nNo more\npoints\.\n$/);
});

test.each([
  ["export type ErrorCode =\n  | 'exhausted';\n", 'No comment explains the code exhausted.'],
  ['export type ErrorCode =\n  // Words.\n  | Other;\n', 'The line "| Other" is neither a comment nor a code.'],
  ['export type Other = string;\n', 'There is no union ErrorCode.'],
])('a union that cannot be documented is refused: %j', (source, message) => {
  expect(() => errorsPage(source)).toThrow(message);
});
