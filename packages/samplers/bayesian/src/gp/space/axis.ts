import {
  type CompiledSpace,
  cardinality,
  type Distribution,
  fromUnit,
  isSingle,
  nthInternal,
  type ParamSpec,
  toUnit,
} from '@asktell/core';

/**
 * One parameter with more than one value as models and searches see it. A *design* has one number for each axis: a
 * position in [0, 1] for numbers, the index of the choice for categories.
 */
export interface Axis {
  /** Index in `space.params`. */
  readonly param: number;
  readonly dist: Distribution;
  /**
   * `range`: real numbers. `grid`: integers, steps and choices that are numbers, at the middle of cells. `choice`:
   * other choices.
   */
  readonly kind: 'range' | 'grid' | 'choice';
  /** Number of values, Infinity for ranges. */
  readonly cells: number;
  /** Index of the axis whose choice activates this one, -1 if it is always active. */
  readonly parent: number;
  /** The choice of the parent that activates it. */
  readonly when: number;
  /** By cell: the index of its choice, for choices that are numbers; `null` for other axes. */
  readonly order: Int32Array | null;
}

/** The axes of a space, parents before children. Parameters with a single value have none. */
export function axesOf(space: CompiledSpace): readonly Axis[] {
  const axes: Axis[] = [];
  const axisOfParam = new Map<number, number>();
  space.params.forEach(({ dist }, param) => {
    if (isSingle(dist)) return;
    const { parent, when } = conditionOf(space, param, axisOfParam);
    const isParent = space.params.some((other) => other.when?.param === param);
    const order = !isParent && dist.kind === 'categorical' ? ascending(dist.choices) : null;
    const kind =
      order !== null ? 'grid' : dist.kind === 'categorical' ? 'choice' : dist.step === null ? 'range' : 'grid';
    axisOfParam.set(param, axes.length);
    axes.push({ param, dist, kind, cells: cardinality(dist), parent, when, order });
  });
  return axes;
}

/** Indexes of choices in ascending order, if they are at least three numbers; else `null`. */
function ascending(choices: readonly unknown[]): Int32Array | null {
  if (choices.length < 3 || !choices.every((choice) => typeof choice === 'number' && Number.isFinite(choice)))
    return null;
  return Int32Array.from(choices.keys()).sort((a, b) => (choices[a] as number) - (choices[b] as number));
}

/** The nearest ancestor that has a choice to make. */
function conditionOf(
  space: CompiledSpace,
  param: number,
  axisOfParam: ReadonlyMap<number, number>,
): { readonly parent: number; readonly when: number } {
  let condition = (space.params[param] as ParamSpec).when;
  while (condition !== null) {
    const parent = axisOfParam.get(condition.param);
    if (parent !== undefined) return { parent, when: condition.choice };
    condition = (space.params[condition.param] as ParamSpec).when;
  }
  return { parent: -1, when: 0 };
}

/** Where the cell of a grid that contains position `u` is, by index. */
export function cellAt(axis: Axis, u: number): number {
  const { dist, cells } = axis;
  if (dist.kind === 'categorical' || !dist.log) return Math.min(cells - 1, Math.max(0, Math.floor(u * cells)));
  return fromUnit(dist, u) - dist.low;
}

/** The middle of a grid's cell. */
export function cellMiddle(axis: Axis, cell: number): number {
  const { dist } = axis;
  if (dist.kind !== 'categorical' && dist.log) return toUnit(dist, nthInternal(dist, cell));
  return (cell + 0.5) / axis.cells;
}
