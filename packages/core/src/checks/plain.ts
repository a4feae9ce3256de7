/**
 * Quick looks at what asynchronous methods are given. What is plainly right passes; all the rest goes through the checks
 * in `checks.ts` and its neighbours, which have the words for what is wrong and are loaded only then. Whatever passes here
 * passes there.
 */

/** By name of an option: whether its value is plainly right. */
export type Looks = { readonly [option: string]: (value: unknown) => boolean };

/** Whether there are only these options, all of them plainly right. */
export function isPlain(options: unknown, looks: Looks): boolean {
  if (typeof options !== 'object' || options === null) return options === undefined;
  const given = options as { readonly [option: string]: unknown };
  for (const name in given)
    if (!(Object.hasOwn(looks, name) && (given[name] === undefined || looks[name]?.(given[name])))) return false;
  return true;
}

/** For options that are not wrong whatever they are, or are checked later on. */
export const isAnything = (): boolean => true;

export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

/** Whether the members of an object have this type. */
export function hasMembers(value: unknown, type: string, ...names: string[]): boolean {
  return names.every((name) => typeof (value as { readonly [name: string]: unknown } | null)?.[name] === type);
}

export const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

export const isCount = (value: unknown): boolean => isWhole(value) && value !== 0;

export const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0;

/** A name that needs no closer look. */
export const isWord = (value: unknown): boolean => typeof value === 'string' && /^[ -~]{1,99}$/.test(value);

/** `100` or `{ total: 100 }`. */
export const isBudget = (value: unknown): boolean =>
  isWhole(typeof value === 'object' ? (value as { readonly total?: unknown } | null)?.total : value);
