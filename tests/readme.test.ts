import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFolders } from '../scripts/workspace.mjs';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

// `examples/src/readme.ts` is compiled, and the tests of the examples run it.
test('the first example of the README is examples/src/readme.ts', () => {
  const block = /```ts\n([\s\S]*?)```/.exec(read('README.md'))?.[1];
  expect(block).toBe(read('examples/src/readme.ts'));
});

test('every package has a README, and that of asktell has the same example', () => {
  for (const folder of packageFolders().filter((path) => path.startsWith('packages/')))
    expect(read(`${folder}/README.md`)).toMatch(/^# (@asktell\/|asktell)/);
  expect(read('packages/asktell/README.md')).toContain(read('examples/src/readme.ts'));
});
