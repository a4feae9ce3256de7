import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The first example of the README is a file that is compiled, and run by the examples' tests. */
test('the README shows examples/src/readme.ts', () => {
  const block = /```ts\n([\s\S]*?)```/.exec(read('README.md'))?.[1];
  expect(block).toBe(read('examples/src/readme.ts'));
});
