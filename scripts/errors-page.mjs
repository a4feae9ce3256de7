// Writes docs/guides/errors.md from the union ErrorCode, its comments, and the messages in the sources.
import { readFileSync, writeFileSync } from 'node:fs';
import { errorMessages } from './error-messages.mjs';
import { root } from './workspace.mjs';

const introduction = `# Errors

Every error that Asktell throws on purpose is an \`AsktellError\`. Its message names the value and the cure. Its \`code\` is stable, so
a program can decide by it:

\`\`\`ts
import { createStudy, isAsktellError } from 'asktell';

try {
  await createStudy({ name: 'demo', storage: 'missing-folder/demo.db' });
} catch (error) {
  if (!isAsktellError(error, 'storage-open')) throw error;
  console.error(error.message);
}
\`\`\`

\`isAsktellError(error)\` without a code is true for every code. Unlike \`instanceof\`, it recognizes the errors of a second copy of
the package.

A trial that fails has no code of this list. \`trial.failure.code\` is its reason: see [the life of a trial](../life-of-a-trial.md).

The messages below have \`…\` where a value is inserted. This page is generated from the source by \`npm run docs\`.
`;

/**
 * The page about the codes of a union. A comment `// # Title` starts a section. Other comments explain the next code.
 * @param {string} source TypeScript with the declaration of ErrorCode
 * @param {ReadonlyMap<string, readonly string[]>} messages by code
 * @throws Error for a code that no comment explains
 */
export function errorsPage(source, messages = new Map()) {
  const union = /export type ErrorCode =([^;]*);\n/.exec(source)?.[1];
  if (union === undefined) throw new Error('There is no union ErrorCode.');
  const parts = [introduction];
  /** @type {string[]} */
  let meaning = [];
  for (const line of union.trim().split('\n')) {
    const [, title, words, code] = /^\s*(?:\/\/ # (.+)|\/\/ (.+)|\| '([a-z-]+)')$/.exec(line) ?? [];
    if (title !== undefined) parts.push(`## ${title}\n`);
    else if (words !== undefined) meaning.push(words);
    else if (code === undefined) throw new Error(`The line "${line.trim()}" is neither a comment nor a code.`);
    else if (meaning.length === 0) throw new Error(`No comment explains the code ${code}.`);
    else {
      parts.push(`### \`${code}\`\n`, `${meaning.join('\n')}\n`);
      const texts = messages.get(code) ?? [];
      if (texts.length > 0) parts.push(`Messages:\n\n\`\`\`text\n${texts.join('\n')}\n\`\`\`\n`);
      meaning = [];
    }
  }
  return parts.join('\n');
}

/** The page that belongs to the current source. */
export function currentErrorsPage() {
  return errorsPage(readFileSync(`${root}/packages/core/src/errors.ts`, 'utf8'), errorMessages());
}

/** Writes docs/guides/errors.md. */
export function writeErrorsPage() {
  writeFileSync(`${root}/docs/guides/errors.md`, currentErrorsPage());
}
