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
 * The `params` of a trial: parameters of the declared space nested as declared, others under their flat names. A new object each
 * time, and not frozen: models of machine learning write to the options that they are given.
 */
export function paramsObject(list: FlatList, space: DeclaredSpace | null): Nested {
  if (space === null) return Object.fromEntries(flatEntries(list));
  const { names, dists, x } = list;
  const vector = new Float64Array(space.compiled.params.length).fill(Number.NaN);
  const others: [string, Scalar][] = [];
  names.forEach((name, i) => {
    const at = space.index.get(name);
    if (at === undefined) others.push([name, toExternal(dists[i] as Distribution, x[i] as number)]);
    else vector[at] = x[i] as number;
  });
  return { ...toNested(space, vector), ...Object.fromEntries(others) };
}
