import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFolders } from '../scripts/workspace.mjs';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The first example of the README is a file that is compiled, and run by the examples' tests. */
test('the README shows examples/src/readme.ts', () => {
  const block = /```ts\n([\s\S]*?)```/.exec(read('README.md'))?.[1];
  expect(block).toBe(read('examples/src/readme.ts'));
});

test('every package brings a README, and that of asktell shows the same example', () => {
  for (const room of packageFolders().filter((path) => path.startsWith('packages/')))
    expect(read(`${room}/README.md`)).toMatch(/^# (@asktell\/|asktell)/);
  expect(read('packages/asktell/README.md')).toContain(read('examples/src/readme.ts'));
});
