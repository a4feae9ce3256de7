import { describe, isCompatible, sameDistribution } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import { compileSpace } from '../space/compile.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { decodeFields, type Pairs } from '../space/decode.ts';

/** How a space that was given differs from the one that is stored. */
export interface SpaceChanges {
  /** One text per difference, such as `x float(0, 1) → float(0, 2)`. */
  readonly texts: readonly string[];
  /** Names whose kind, log or choices changed. A study that has stored such a parameter cannot continue. */
  readonly incompatible: ReadonlyMap<string, { readonly stored: Distribution; readonly given: Distribution }>;
}

/** Compares a space with the stored form of another one. */
export function spaceChanges(stored: Json, given: DeclaredSpace): SpaceChanges {
  const incompatible = new Map<string, { readonly stored: Distribution; readonly given: Distribution }>();
  const before = readStored(stored);
  if (before === null) return { texts: ['space'], incompatible };
  const texts: string[] = [];
  const distOf = ({ compiled }: DeclaredSpace): Map<string, Distribution> =>
    new Map(compiled.params.map(({ name, dist }) => [name, dist]));
  const [old, now] = [distOf(before.space), distOf(given)];
  for (const [name, dist] of old) {
    const next = now.get(name);
    if (next === undefined) texts.push(`${name} removed`);
    else if (!sameDistribution(dist, next)) texts.push(`${name} ${describe(dist)} → ${describe(next)}`);
    if (next !== undefined && !isCompatible(dist, next)) incompatible.set(name, { stored: dist, given: next });
  }
  for (const [name, dist] of now) if (!old.has(name)) texts.push(`${name} ${describe(dist)} added`);
  const conditions = [before.conditions, given.conditions].map((list) =>
    list.map((condition) => (typeof condition === 'string' ? condition : 'a predicate')),
  ) as [string[], string[]];
  for (const condition of without(conditions[0], conditions[1])) texts.push(`where ${condition} removed`);
  for (const condition of without(conditions[1], conditions[0])) texts.push(`where ${condition} added`);
  return { texts: [`space (${texts.length === 0 ? 'order' : texts.join(', ')})`], incompatible };
}

/** The items of `list` that `other` does not have, or has less often. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** `null` for a form of a later version. */
function readStored(stored: Json): { readonly space: DeclaredSpace; readonly conditions: readonly Json[] } | null {
  const { fields, conditions } = (stored ?? {}) as { readonly fields?: Json; readonly conditions?: Json };
  if (!Array.isArray(fields) || !Array.isArray(conditions)) return null;
  try {
    return { space: compileSpace(decodeFields(fields as Pairs)), conditions };
  } catch {
    return null;
  }
}
