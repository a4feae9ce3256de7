import { toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { DeclaredSpace } from './declared-space.ts';
import { type Nested, toNested } from './nested.ts';

/** Parameters as storages keep them: parallel lists in the order of suggestion, with internal values. */
export interface FlatList {
  readonly names: readonly string[];
  readonly dists: readonly Distribution[];
  readonly x: ArrayLike<number>;
}

/** External values by flat name, in order of suggestion. */
export function flatEntries({ names, dists, x }: FlatList): [string, Scalar][] {
  return names.map((name, i) => [name, toExternal(dists[i] as Distribution, x[i] as number)]);
}

/**
 * The `params` of a trial: parameters of the declared space nested as declared, others under their flat names. The object is
 * frozen: a program that changed it would measure other parameters than those that are stored.
 */
export function paramsObject(list: FlatList, space: DeclaredSpace | null): Nested {
  if (space === null) return Object.freeze(Object.fromEntries(flatEntries(list)));
  const { names, dists, x } = list;
  const vector = new Float64Array(space.compiled.params.length).fill(Number.NaN);
  const others: [string, Scalar][] = [];
  names.forEach((name, i) => {
    const at = space.index.get(name);
    if (at === undefined) others.push([name, toExternal(dists[i] as Distribution, x[i] as number)]);
    else vector[at] = x[i] as number;
  });
  return frozen({ ...toNested(space, vector), ...Object.fromEntries(others) });
}

function frozen(params: Nested): Nested {
  for (const value of Object.values(params)) if (typeof value === 'object' && value !== null) frozen(value as Nested);
  return Object.freeze(params);
}
