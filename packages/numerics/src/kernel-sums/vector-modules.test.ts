import { expect, test } from 'vitest';
import { doubleExponential, singleExponential } from './exponential.ts';
import { moduleName, type SumsKind } from './scratch-memory.ts';
import { vectorSums } from './vector-sums.ts';
import { doubles, singles } from './wasm-code.ts';
import { moduleOf } from './wasm-module.ts';

const kinds: readonly SumsKind[] = [
  { precision: 'single', ownScales: false },
  { precision: 'single', ownScales: true },
  { precision: 'double', ownScales: false },
  { precision: 'double', ownScales: true },
];

function generated({ precision, ownScales }: SumsKind): string {
  const code =
    precision === 'single'
      ? vectorSums(singles, singleExponential, ownScales)
      : vectorSums(doubles, doubleExponential, ownScales);
  return btoa(String.fromCharCode(...moduleOf(code)));
}

// `vitest -u` writes the file.
test('vector-modules.ts contains the modules that vector-sums.ts generates', async () => {
  const lines = kinds.map((kind) => `  ${moduleName(kind)}:\n    '${generated(kind)}',\n`);
  await expect(
    `/**
 * The modules of vector-sums.ts in base64. Generating them would take longer than the first 20 trials of a study.
 * vector-modules.test.ts writes this file.
 */
export const vectorModules = {
${lines.join('')}} as const;
`,
  ).toMatchFileSnapshot('./vector-modules.ts');
});
