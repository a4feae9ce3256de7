import { type CompiledSpace, type ParamSpec, sameDistribution } from '@asktell/core';
import { narrowed, narrowedValue, type Region, type Side, widened } from './region.ts';

/** A space as the sampler of a stage sees it, and how its points are points of the whole space. */
export class NarrowedSpace {
  readonly whole: CompiledSpace;
  readonly space: CompiledSpace;
  /** Parameters of which only some choices are left. Their internal values differ from those in the whole space. */
  readonly renumbered: ReadonlyMap<string, Side>;
  /** By parameter of `space`: its index in `whole`. */
  readonly #indexes: readonly number[];
  /** By parameter of `space`. `null`: the same as in the whole space. */
  readonly #sides: readonly (Side | null)[];

  /**
   * @param region `null` for the whole space
   * @param id differs between regions of the same space
   */
  constructor(whole: CompiledSpace, region: Region | null, id: string) {
    this.whole = whole;
    const indexes: number[] = [];
    const sides: (Side | null)[] = [];
    const params: ParamSpec[] = [];
    whole.params.forEach((param, i) => {
      const { name, dist } = param;
      const when = param.when === null ? null : conditionIn(param.when, indexes, sides);
      if (when === undefined) return; // of a branch that is not in the region
      const side = region === null ? null : sideFor(region, param);
      indexes.push(i);
      sides.push(side);
      params.push({ name, dist: side === null ? dist : narrowed(side), when });
    });
    this.#indexes = indexes;
    this.#sides = sides;
    this.renumbered = new Map(
      params.flatMap(({ name }, j): [string, Side][] => {
        const side = sides[j] as Side | null;
        const isPart = side?.kind === 'choices' && side.kept.length < side.dist.choices.length;
        return isPart ? [[name, side]] : [];
      }),
    );
    const { allows } = whole;
    this.space =
      region === null
        ? whole
        : {
            id: `${whole.id}-${id}`,
            origin: whole.origin,
            params,
            allows: allows === null ? null : (x) => allows(this.toWhole(x)),
          };
  }

  /** A point in the whole space, NaN for the parameters of branches that were left out. */
  toWhole(x: ArrayLike<number>): Float64Array {
    const out = new Float64Array(this.whole.params.length).fill(Number.NaN);
    this.#indexes.forEach((i, j) => {
      const side = this.#sides[j] as Side | null;
      const value = x[j] as number;
      out[i] = side === null || Number.isNaN(value) ? value : widened(side, value);
    });
    return out;
  }

  /** The part of a point that is in the region. Other values are NaN. */
  toNarrowed(x: Float64Array): Float64Array {
    if (x.length === 0) return x;
    return Float64Array.from(this.#indexes, (i, j) => {
      const side = this.#sides[j] as Side | null;
      const value = x[i] as number;
      if (side === null || Number.isNaN(value)) return value;
      const inside = narrowedValue(side, value);
      const { dist } = this.space.params[j] as ParamSpec;
      return dist.kind === 'categorical' || (inside >= dist.low && inside <= dist.high) ? inside : Number.NaN;
    });
  }
}

/** The condition of a parameter in the narrowed space, `undefined` if its branch is left out. */
function conditionIn(
  { param, choice }: NonNullable<ParamSpec['when']>,
  indexes: readonly number[],
  sides: readonly (Side | null)[],
): ParamSpec['when'] | undefined {
  const parent = indexes.indexOf(param);
  if (parent < 0) return undefined;
  const side = sides[parent] as Side | null;
  const kept = side === null ? choice : narrowedValue(side, choice);
  return Number.isNaN(kept) ? undefined : { param: parent, choice: kept };
}

/** The side of a parameter. `null` if the region does not narrow it, or not with this distribution. */
export function sideFor(region: Region, { name, dist }: Pick<ParamSpec, 'name' | 'dist'>): Side | null {
  const side = region.sides.get(name);
  return side !== undefined && sameDistribution(side.dist, dist) ? side : null;
}
