// Collects the messages of the errors that the packages throw, by code.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript-api';
import { packageFolders, root } from './workspace.mjs';

/**
 * The text of a string or template, with `…` for each inserted value. `undefined` for any other expression.
 * @param {import('typescript-api').Expression | undefined} node
 */
function textOf(node) {
  if (node === undefined) return undefined;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('');
}

/**
 * Adds the messages of `new AsktellError('code', 'message')` in a source.
 * @param {string} source TypeScript
 * @param {Map<string, Set<string>>} messages by code
 */
export function collectMessages(source, messages) {
  const visit = (/** @type {import('typescript-api').Node} */ node) => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'AsktellError') {
      const [code, message] = (node.arguments ?? []).map(textOf);
      if (code !== undefined && message !== undefined && !/^[…\s]*$/.test(message)) {
        const known = messages.get(code) ?? new Set();
        messages.set(code, known.add(message.replaceAll('\n', ' ')));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
}

/** The messages of all packages by code, in alphabetical order. */
export function errorMessages() {
  /** @type {Map<string, Set<string>>} */
  const messages = new Map();
  for (const folder of packageFolders()) {
    if (folder === 'packages/testing') continue;
    const files = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.ts') && !/\.(test|test-d|bench)\.ts$/.test(name)))
      collectMessages(readFileSync(join(root, folder, 'src', file), 'utf8'), messages);
  }
  return new Map([...messages].map(([code, texts]) => [code, [...texts].sort()]));
}
