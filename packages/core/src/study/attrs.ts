import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import { checkName } from './names.ts';

/** Checks that JSON can hold the value and returns a copy of it that later changes do not reach. */
export function checkAttr(key: unknown, value: unknown): Json {
  checkName('setUserAttr', key);
  return copyJson(value, `attribute ${show(key)}`, []);
}

function copyJson(value: unknown, path: string, above: readonly unknown[]): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint')
    return value;
  if (typeof value === 'number') return value + 0;
  if (above.includes(value)) throw new AsktellError('invalid-value', `${path} contains itself; JSON cannot hold that.`);
  if (Array.isArray(value)) return value.map((item, i) => copyJson(item, `${path}[${i}]`, [...above, value]));
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
