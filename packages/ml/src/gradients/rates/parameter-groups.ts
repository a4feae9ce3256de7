import { AsktellError, show } from '@asktell/core';
import type { RateState } from './rate-rule.ts';

/** An array of parameters or of derivatives. */
export type ParameterArray = Float64Array | Float32Array;

/** The arrays of one group. */
export type GroupArrays = ParameterArray | readonly ParameterArray[];

/** Parameters, or their gradient: one group without a name, or groups by name. */
export type Parameters = GroupArrays | { readonly [group: string]: GroupArrays };

/** The name of the group in {@link Parameters} without names. */
export const onlyGroup = 'all';

/** Working memory for one array of parameters, in its precision. */
export interface ArrayMemory {
  /** u, the last update direction without the rate. */
  readonly direction: ParameterArray;
  /** Momentum, or the first moment. Empty if the optimizer has none. */
  readonly first: ParameterArray;
  /** The second moment. Empty if the optimizer has none. */
  readonly second: ParameterArray;
}

/** One group of parameters, its rate, and the products that the rate depends on. */
export interface Group extends RateState {
  readonly name: string;
  readonly arrays: readonly ArrayMemory[];
  /** g · u of the gradient and the last direction. */
  product: number;
  /** g · g. */
  gradientSquares: number;
  /** g · g and u · u in the metric of the method, for the cosine. */
  gradientMetric: number;
  directionMetric: number;
}

const isArray = (value: unknown): value is ParameterArray =>
  value instanceof Float64Array || value instanceof Float32Array;
const isGroup = (value: unknown): value is GroupArrays =>
  isArray(value) || (Array.isArray(value) && value.length > 0 && value.every(isArray));

/** The arrays of a group in {@link Parameters}. */
export function groupOf(parameters: Parameters, name: string): GroupArrays | undefined {
  if (isArray(parameters) || Array.isArray(parameters)) return name === onlyGroup ? parameters : undefined;
  if (typeof parameters !== 'object' || parameters === null) return undefined;
  return Object.hasOwn(parameters, name) ? (parameters as { readonly [group: string]: GroupArrays })[name] : undefined;
}

/** One array of a group. */
export function arrayAt(group: GroupArrays, index: number): ParameterArray {
  return (isArray(group) ? group : group[index]) as ParameterArray;
}

/**
 * Creates the groups of the first step.
 * @param extra arrays that the optimizer keeps for each array of parameters, besides the direction
 * @param known the names of all groups if the options name them
 * @throws AsktellError `invalid-argument`
 */
export function createGroups(
  where: string,
  parameters: Parameters,
  extra: number,
  known: readonly string[] | null,
): Group[] {
  const named = namedGroups(where, 'parameters', parameters);
  if (known !== null) requireNames(where, 'parameters', Object.keys(named), known);
  return Object.entries(named).map(([name, group]) => {
    const arrays = isArray(group) ? [group] : group;
    return {
      name,
      arrays: arrays.map((array) => {
        const memory = (isUsed: boolean): ParameterArray =>
          new (array.constructor as new (length: number) => ParameterArray)(isUsed ? array.length : 0);
        return { direction: memory(true), first: memory(extra > 0), second: memory(extra > 1) };
      }),
      rate: 0,
      hasDirection: false,
      topRate: 0,
      topSquares: 0,
      squares: 0,
      slope: 0,
      trend: 0,
      turns: 0,
      isNoisy: false,
      product: 0,
      gradientSquares: 0,
      gradientMetric: 0,
      directionMetric: 0,
    };
  });
}

function namedGroups(where: string, what: string, parameters: Parameters): { readonly [group: string]: GroupArrays } {
  if (isGroup(parameters)) return { [onlyGroup]: parameters };
  const isNamed =
    typeof parameters === 'object' &&
    parameters !== null &&
    Object.keys(parameters).length > 0 &&
    Object.values(parameters).every(isGroup);
  if (isNamed) return parameters as { readonly [group: string]: GroupArrays };
  throw invalid(
    `${where}: the ${what} must be a Float64Array, a Float32Array, a list of them, or an object of these by group, not ${show(parameters)}.`,
  );
}

/** @throws AsktellError `invalid-argument` for a group that is unknown or missing */
function requireNames(where: string, what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`${where}: the ${what} have an unknown group ${show(unknown)}. The groups are ${known.join(', ')}.`);
  const missing = known.find((name) => !given.includes(name));
  if (missing !== undefined)
    throw invalid(`${where}: the ${what} lack the group ${show(missing)}. Pass all groups in each step.`);
}

/**
 * Checks the parameters and the gradient of a step, and computes the products of each group. Changes nothing else.
 * Allocates nothing unless it throws.
 * @param metric g · g of an array in the metric of the method, if that is not the Euclidean one
 * @throws AsktellError `invalid-argument` for another group or length, `invalid-value` for a gradient that is not finite
 */
export function measureGroups(
  where: string,
  groups: readonly Group[],
  parameters: Parameters,
  gradient: Parameters,
  metric: ((gradient: ParameterArray, memory: ArrayMemory) => number) | null,
): void {
  checkNames(where, 'parameters', groups, parameters);
  checkNames(where, 'gradients', groups, gradient);
  for (const group of groups) {
    const x = groupOf(parameters, group.name) as GroupArrays;
    const g = groupOf(gradient, group.name) as GroupArrays;
    checkShape(where, 'parameters', group, x);
    checkShape(where, 'gradients', group, g);
    group.product = 0;
    group.gradientSquares = 0;
    group.gradientMetric = 0;
    for (let i = 0; i < group.arrays.length; i++) {
      const memory = group.arrays[i] as ArrayMemory;
      addProducts(group, memory.direction, arrayAt(g, i));
      if (metric !== null) group.gradientMetric += metric(arrayAt(g, i), memory);
    }
    if (metric === null) group.gradientMetric = group.gradientSquares;
    if (!Number.isFinite(group.gradientSquares)) throw notFinite(where, group, g);
  }
}

function addProducts(group: Group, direction: ParameterArray, gradient: ParameterArray): void {
  let product = 0;
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i] as number;
    product += g * (direction[i] as number);
    squares += g * g;
  }
  group.product += product;
  group.gradientSquares += squares;
}

function checkNames(where: string, what: string, groups: readonly Group[], given: Parameters): void {
  let count = 0;
  if (isArray(given) || Array.isArray(given)) count = 1;
  else for (const name in given) if (Object.hasOwn(given, name)) count++;
  let known = 0;
  for (const group of groups) if (groupOf(given, group.name) !== undefined) known++;
  if (known === groups.length && count === known) return;
  requireNames(
    where,
    what,
    Object.keys(namedGroups(where, what, given)),
    groups.map(({ name }) => name),
  );
}

function checkShape(where: string, what: string, group: Group, given: GroupArrays): void {
  const arrays = isArray(given) ? 1 : given.length;
  if (arrays !== group.arrays.length)
    throw invalid(
      `${where}: group ${show(group.name)} has ${group.arrays.length} arrays of parameters, but ${arrays} of ${what}. Pass one for each.`,
    );
  for (let i = 0; i < arrays; i++) {
    const array = arrayAt(given, i);
    const { length } = (group.arrays[i] as ArrayMemory).direction;
    if (!isArray(array) || array.length !== length)
      throw invalid(
        `${where}: array ${i} of group ${show(group.name)} has ${length} parameters, but the ${what} are ${isArray(array) ? `${array.length} numbers` : show(array)}. Pass arrays of the same lengths in each step.`,
      );
  }
}

function notFinite(where: string, group: Group, gradient: GroupArrays): AsktellError {
  for (let i = 0; i < group.arrays.length; i++) {
    const array = arrayAt(gradient, i);
    const index = array.findIndex((value) => !Number.isFinite(value));
    if (index >= 0)
      return new AsktellError(
        'invalid-value',
        `${where}: the gradient of group ${show(group.name)} has ${array[index]} at index ${index} of array ${i}. Nothing was changed. End the training, or start again with a smaller rate.`,
      );
  }
  return new AsktellError(
    'invalid-value',
    `${where}: the gradient of group ${show(group.name)} is so large that its norm overflows. Nothing was changed. End the training, or start again with a smaller rate.`,
  );
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}
