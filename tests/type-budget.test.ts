import { expect, test } from 'vitest';
import { VirtualFile } from './virtual-file.ts';

/** A study with `width` parameters and `depth` levels of oneOf, each with two branches of two parameters. */
function program(width: number, depth: number): string {
  let nested = '{ leaf: float(0, 1) }';
  for (let level = 0; level < depth; level++)
    nested = `{ m: oneOf({ a: { x: float(0, 1), ...${nested} }, b: { y: int(0, 9), z: categorical(['u', 'v']) } }) }`;
  const fields = Array.from({ length: width }, (_, i) => `p${i}: float(0, ${i + 1})`).join(', ');
  return `
import { categorical, createStudy, float, int, oneOf, where } from './index.ts';
const study = await createStudy({ space: where({ ${fields}, ...${nested} }, (p) => p.p0 < 1) });
await study.optimize(({ params }) => params.p0${depth > 0 ? " + (params.m.type === 'a' ? params.m.x : params.m.y)" : ''});
await study.enqueue({ p0: 0.5${depth > 0 ? ", m: { type: 'b' }" : ''} });
const best = (await study.bestParams())?.p0;
const trials = (await study.trials()).map(({ params }) => params.p0);
`;
}

function instantiations(width: number, depth: number): number {
  const file = new VirtualFile('type-budget.ts', program(width, depth));
  expect(file.errors()).toEqual([]);
  return file.instantiations;
}

// Counts do not depend on the machine. The compiler makes about 100,000 in a second.
test('200 parameters and eight nested choices cost the compiler little more than one parameter', () => {
  const least = instantiations(1, 0);
  const large = instantiations(200, 8);
  const narrow = instantiations(100, 8) - least;
  console.log(`type instantiations: ${least} for one parameter, ${large} for 200 and eight nested choices`);
  expect(large - least).toBeLessThan(4_000);
  expect(large - least, 'linear in the number of parameters').toBeLessThan(2.2 * narrow);
});
