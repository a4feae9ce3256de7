import { checkName } from '../checks/names.ts';
import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';

/** Depth that every storage accepts. Python's JSON parser fails near 1,000. */
const maxDepth = 500;

/** Python refuses to parse longer integers, and could not load the study. */
const maxDigits = 4300;

/**
 * Checks that every storage can keep the value as JSON, and returns a deep copy.
 * @throws AsktellError `invalid-argument` for the key, `invalid-value` for the value
 */
export function checkAttr(key: unknown, value: unknown): Json {
  checkName('setUserAttr', key);
  return checkJson(value, `attribute ${show(key)}`);
}

/**
 * Checks that every storage can keep the value as JSON, and returns a deep copy.
 * @param path what the value is, for messages
 * @throws AsktellError `invalid-value`
 */
export function checkJson(value: unknown, path: string): Json {
  return copyJson(value, path, []);
}

function copyJson(value: unknown, path: string, above: readonly unknown[]): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    if (value.toString().length > maxDigits)
      throw new AsktellError('invalid-value', `${path} has more than ${maxDigits} digits. Store it as a string.`);
    return value;
  }
  if (typeof value === 'number') return value + 0;
  if (above.includes(value))
    throw new AsktellError(
      'invalid-value',
      `${path} contains itself, which JSON cannot represent. Store a value without cycles.`,
    );
  if (above.length >= maxDepth)
    throw new AsktellError(
      'invalid-value',
      `${path.slice(0, 60)}… is nested more than ${maxDepth} levels deep. Store a flatter value.`,
    );
  // `map` would keep the holes of a sparse array.
  if (Array.isArray(value)) return Array.from(value, (item, i) => copyJson(item, `${path}[${i}]`, [...above, value]));
  if (typeof value === 'object' && isPlain(value)) {
    const out: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) out[key] = copyJson(item, `${path}.${key}`, [...above, value]);
    return out;
  }
  throw new AsktellError(
    'invalid-value',
    `${path} is ${show(value)}, which JSON cannot represent. Store plain objects, arrays, strings, numbers, booleans or null.`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
