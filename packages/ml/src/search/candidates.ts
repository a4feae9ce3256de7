import {
  AsktellError,
  type CategoricalDist,
  categorical,
  type Distribution,
  type FloatDist,
  type IntDist,
  type Json,
  oneOf,
  type Scalar,
  type SpaceFields,
  show,
} from '@asktell/core';
import { titled } from '../cross-validate/column-names.ts';

/** Values to try of one parameter: scalars, or other JSON such as `[64, 32]`. */
export type ValueList = readonly Json[];

/** Lists of values by parameter, as scikit-learn's `param_grid`. */
export interface ParamGrid {
  readonly [name: string]: ValueList;
}

/** Lists of values and ranges by parameter, as scikit-learn's `param_distributions`. */
export interface ParamDistributions {
  readonly [name: string]: ValueList | Distribution;
}

type ValueOf<V> =
  V extends CategoricalDist<infer C>
    ? C
    : V extends FloatDist | IntDist
      ? number
      : V extends readonly (infer T)[]
        ? T
        : never;

/** The type of the parameters of a grid, of distributions, or of a list of them. */
export type ParamsOfLists<G> = G extends readonly (infer E)[]
  ? E extends unknown
    ? ParamsOfLists<E>
    : never
  : { readonly [K in keyof G]: ValueOf<G[K]> };

/** A space with the function that turns the parameters of a trial into those of the estimator. */
export interface CandidateSpace<P> {
  readonly space: SpaceFields;
  decode(params: object): P;
}

/** The name of the parameter that chooses one of several grids. */
const gridParameter = 'grid';

/**
 * The space of a dictionary, or of a list of dictionaries. Values that are not scalars become categories named by their
 * JSON.
 * @throws AsktellError `invalid-space`
 */
export function candidateSpace<P>(
  where: string,
  given: ParamDistributions | readonly ParamDistributions[],
): CandidateSpace<P> {
  const parts = Array.isArray(given) ? (given as readonly ParamDistributions[]) : [given as ParamDistributions];
  if (parts.length === 0) throw invalid(`${where}: the list of grids is empty. Pass at least one.`);
  const compiled = parts.map((part, i) => compile(where, parts.length === 1 ? '' : ` of grid ${i}`, part));
  const [only] = compiled;
  if (compiled.length === 1 && only !== undefined)
    return { space: only.fields, decode: (params) => only.decode(params as Record<string, Scalar>) as P };
  const branches = Object.fromEntries(compiled.map(({ fields }, i) => [String(i), fields]));
  return {
    space: { [gridParameter]: oneOf(branches) },
    decode: (params) => {
      const { type, ...rest } = (params as Record<string, Record<string, Scalar>>)[gridParameter] as Record<
        string,
        Scalar
      >;
      return (compiled[Number(type)] as Compiled).decode(rest) as P;
    },
  };
}

interface Compiled {
  readonly fields: { readonly [name: string]: Distribution };
  decode(params: { readonly [name: string]: Scalar }): { readonly [name: string]: Json };
}

function compile(where: string, which: string, part: ParamDistributions): Compiled {
  if (typeof part !== 'object' || part === null || Array.isArray(part) || Object.keys(part).length === 0)
    throw invalid(
      `${where}: the parameters${which} must be an object of lists such as { C: [0.1, 1, 10] }, not ${show(part)}.`,
    );
  checkColumnNames(where, Object.keys(part));
  const fields: Record<string, Distribution> = {};
  const values = new Map<string, ReadonlyMap<Scalar, Json>>();
  for (const name of Object.keys(part).sort()) {
    const entry = part[name] as ValueList | Distribution;
    if (!Array.isArray(entry)) {
      if (typeof (entry as Distribution | null)?.kind !== 'string')
        throw invalid(
          `${where}: parameter ${show(name)}${which} must be a list of values, float(…) or int(…), not ${show(entry)}.`,
        );
      fields[name] = entry as Distribution;
      continue;
    }
    if (entry.length === 0)
      throw invalid(`${where}: parameter ${show(name)}${which} has no values. Pass at least one.`);
    const byLabel = new Map<Scalar, Json>(entry.map((value) => [labelOf(where, name, value), value]));
    if (byLabel.size !== entry.length)
      throw invalid(`${where}: parameter ${show(name)}${which} has a value twice in ${show(entry)}.`);
    values.set(name, byLabel);
    fields[name] = categorical([...byLabel.keys()] as [Scalar, ...Scalar[]]);
  }
  return {
    fields,
    decode: (params) =>
      Object.fromEntries(Object.entries(params).map(([name, value]) => [name, values.get(name)?.get(value) ?? value])),
  };
}

function labelOf(where: string, name: string, value: Json): Scalar {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return value as Scalar;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'object') return JSON.stringify(value);
  throw invalid(
    `${where}: parameter ${show(name)} has the value ${show(value)}, which cannot be stored. Pass JSON values.`,
  );
}

/** @throws AsktellError `invalid-space` for names that differ only in the case of the first letter, as `c` and `C` */
export function checkColumnNames(where: string, names: readonly string[]): void {
  const columns = new Map<string, string>();
  for (const name of names) {
    const other = columns.get(titled(name));
    if (other !== undefined)
      throw invalid(
        `${where}: parameters ${show(other)} and ${show(name)} share the column param${titled(name)}. Rename one.`,
      );
    columns.set(titled(name), name);
  }
}

/** All combinations of a grid in scikit-learn's order: names sorted, the last one varies fastest. */
export function gridCombinations<P>(grid: ParamGrid | readonly ParamGrid[]): readonly P[] {
  if (Array.isArray(grid)) return (grid as readonly ParamGrid[]).flatMap((part) => gridCombinations<P>(part));
  let rows: Record<string, Json>[] = [{}];
  for (const name of Object.keys(grid).sort())
    rows = rows.flatMap((row) => ((grid as ParamGrid)[name] as ValueList).map((value) => ({ ...row, [name]: value })));
  return rows as P[];
}

/** A text that is equal for equal parameters. */
export function candidateKey(params: object): string {
  return JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-space', message);
}
