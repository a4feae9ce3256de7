import { hashString } from '../rng/hash.ts';
import type { ParamSpec } from './compiled-space.ts';
import type { Condition } from './constrained-space.ts';

/** A 64-bit hash in hexadecimal of names, distributions and conditions. Of predicates, only their number matters. */
export function spaceId(params: readonly ParamSpec[], conditions: readonly Condition[] = []): string {
  const text = JSON.stringify(
    [params.map(({ name, dist, when }) => [name, dist, when]), conditions.map((c) => (typeof c === 'string' ? c : 0))],
    (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value),
  );
  return hashString(text)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
