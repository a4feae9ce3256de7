import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/workspace.mjs';

/** Specifiers of static and dynamic imports. Comments are removed first, because examples in JSDoc contain imports. */
export function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8').replace(/^\s*(\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '');
  const statements =
    /(?:^|;)\s*(?:import|export)\b(?:[^'"=;(]*\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(statements)].map((match) => (match[1] ?? match[2])!);
}
