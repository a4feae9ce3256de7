import { contains, describe } from '../distribution/convert.ts';
import { AsktellError, show } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';

/**
 * Before anything is written: whether a declared space has what the sampler fixes.
 * @throws AsktellError `invalid-value`
 */
export function checkFixes({ name: sampler, fixes }: Sampler, space: CompiledSpace): void {
  for (const [name, value] of fixes ?? []) {
    const dist = space.params.find((param) => param.name === name)?.dist;
    if (dist !== undefined && contains(dist, value)) continue;
    const what = dist === undefined ? 'which is no parameter of the space' : `which is no member of ${describe(dist)}`;
    throw new AsktellError(
      'invalid-value',
      `Sampler ${show(sampler)} fixes ${show(name)} to ${show(value)}, ${what}; fix another value, or change the space.`,
    );
  }
}
