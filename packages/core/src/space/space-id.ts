import type { Distribution } from '../distribution/distribution.ts';
import { hashString } from '../rng/hash.ts';
import type { CompiledSpace, ParamSpec } from './compiled-space.ts';
import type { Condition } from './where.ts';

/** 64 bits in hex over names, distributions, conditions. Predicates are told apart only by their number. */
export function spaceId(params: readonly ParamSpec[], conditions: readonly Condition[] = []): string {
  const text = JSON.stringify(
    [params.map(({ name, dist, when }) => [name, dist, when]), conditions.map((c) => (typeof c === 'string' ? c : 0))],
    (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value),
  );
  return hashString(text)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}

/** A space that trials of a define-by-run study turned out to have. Always active, unconstrained. */
export function observedSpace(
  params: readonly { readonly name: string; readonly dist: Distribution }[],
): CompiledSpace {
  const specs = params.map(({ name, dist }) => ({ name, dist, when: null }));
  return { id: `observed-${spaceId(specs)}`, origin: 'observed', params: specs, allows: null };
}
