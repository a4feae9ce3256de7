import { checkName } from '../checks/names.ts';
import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';

/** Levels that every storage takes; Python's own parser gives up near 1,000. */
const maxDepth = 500;

/** Python reads no whole number of more digits, nor then the study that it is in. */
const maxDigits = 4300;

/** Checks that JSON can hold the value, and storages, and returns a copy of it that later changes do not reach. */
export function checkAttr(key: unknown, value: unknown): Json {
  checkName('setUserAttr', key);
  return copyJson(value, `attribute ${show(key)}`, []);
}

function copyJson(value: unknown, path: string, above: readonly unknown[]): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    if (value.toString().length > maxDigits)
      throw new AsktellError('invalid-value', `${path} has more than ${maxDigits} digits; store it as a string.`);
    return value;
  }
  if (typeof value === 'number') return value + 0;
  if (above.includes(value)) throw new AsktellError('invalid-value', `${path} contains itself; JSON cannot hold that.`);
  if (above.length >= maxDepth)
    throw new AsktellError(
      'invalid-value',
      `${path.slice(0, 60)}… is nested more than ${maxDepth} levels deep; store something flatter.`,
    );
  // Not map, which would leave holes.
  if (Array.isArray(value)) return Array.from(value, (item, i) => copyJson(item, `${path}[${i}]`, [...above, value]));
  if (typeof value === 'object' && isPlain(value)) {
    const out: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) out[key] = copyJson(item, `${path}.${key}`, [...above, value]);
    return out;
  }
  throw new AsktellError(
    'invalid-value',
    `${path} is ${show(value)}, which JSON cannot hold; store plain objects, arrays, strings, numbers, booleans or null.`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
