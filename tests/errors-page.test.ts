import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collectMessages } from '../scripts/error-messages.mjs';
import { currentErrorsPage, errorsPage } from '../scripts/errors-page.mjs';
import { root } from '../scripts/workspace.mjs';

test('docs/guides/errors.md is what `npm run docs` writes', () => {
  expect(readFileSync(`${root}/docs/guides/errors.md`, 'utf8')).toBe(currentErrorsPage());
});

test('the page has a section for each title and code', () => {
  const page = errorsPage("export type ErrorCode =\n  // # Loops\n  // No more\n  // points.\n  | 'exhausted';\n");
  expect(page).toMatch(/\n\n## Loops\n\n### `exhausted`\n\nNo more\npoints\.\n$/);
});

test('a section lists the messages of its code', () => {
  const messages = new Map<string, Set<string>>();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a source
  const source = 'throw new AsktellError("exhausted", `Study ${show(`a${b}`)} has ${n} points.`); new Other("a", "b");';
  collectMessages(source, messages);
  expect(messages).toEqual(new Map([['exhausted', new Set(['Study … has … points.'])]]));
  const union = "export type ErrorCode =\n  // No more points.\n  | 'exhausted';\n";
  const page = errorsPage(union, new Map([['exhausted', ['Study … has … points.']]]));
  expect(page).toMatch(/No more points\.\n\nMessages:\n\n```text\nStudy … has … points\.\n```\n$/);
});

test.each([
  ["export type ErrorCode =\n  | 'exhausted';\n", 'No comment explains the code exhausted.'],
  ['export type ErrorCode =\n  // Words.\n  | Other;\n', 'The line "| Other" is neither a comment nor a code.'],
  ['export type Other = string;\n', 'There is no union ErrorCode.'],
])('a union that cannot be documented is refused: %j', (source, message) => {
  expect(() => errorsPage(source)).toThrow(message);
});
