/** Formats a value as `console.log` would. */
type Format = (value: unknown, options: object) => string;

/** Node and Bun call the first method with (depth, options, format), Deno the second one with (format, options). */
const forNode: symbol = Symbol.for('nodejs.util.inspect.custom');
const forDeno: symbol = Symbol.for('Deno.customInspect');

/**
 * Makes `console.log` print objects of a class with these fields. Private fields, from which its getters read, are
 * invisible otherwise.
 * @param fieldsOf fields that are `undefined` are omitted
 */
export function inspectAs<T extends object>(
  { prototype, name }: { readonly prototype: T; readonly name: string },
  fieldsOf: (object: T) => { readonly [field: string]: unknown },
): void {
  const text = (object: T, format: Format, options: object): string => {
    const fields = Object.entries(fieldsOf(object)).filter(([, value]) => value !== undefined);
    return `${name} ${format(Object.fromEntries(fields), options)}`;
  };
  Object.defineProperty(prototype, forNode, {
    value(this: T, depth: number, options: object, format?: Format) {
      return depth < 0 || format === undefined ? `[${name}]` : text(this, format, options);
    },
  });
  Object.defineProperty(prototype, forDeno, {
    value(this: T, format: Format, options: object) {
      return text(this, format, options);
    },
  });
}

/** The object, `undefined` if it has no entries. */
export function ifAny<T extends object>(value: T): T | undefined {
  const isEmpty = value instanceof Map ? value.size === 0 : Object.keys(value).length === 0;
  return isEmpty ? undefined : value;
}
