import { AsktellError, type Json, show } from '@asktell/core';

/** Maximum nesting of written values. Python's parser fails near 1,000 levels. */
const maxDepth = 500;

/** Maximum nesting of read values. Python never writes values this deep. */
const maxReadDepth = 2000;

// Integers of 16 or more digits may not fit a double. The look-behind excludes fractions such as 0.1234567890123456.
const needsOwnParser = /NaN|Infinity|(?<![\d.])\d{16}/;

/**
 * Parses one JSON value as Python's `json` writes it. `NaN`, `Infinity` and `-Infinity` are numbers. Integers beyond
 * 2^53 become `bigint`. A repeated key keeps its last value. `__proto__` is an ordinary key.
 * @throws SyntaxError when the text is not a JSON value
 * @example parsePythonJson('[NaN, 123456789012345678901]') // [NaN, 123456789012345678901n]
 */
export function parsePythonJson(text: string): Json {
  if (!needsOwnParser.test(text)) return JSON.parse(text) as Json;
  return new Parser(text).document();
}

/**
 * Writes one JSON value as Python's `json.dumps` does: ASCII only, with `", "` and `": "` as separators, and `NaN` and
 * infinities as bare words. Members that are `undefined` are omitted. Integers have no decimal point. `-0` becomes `0`.
 * @throws AsktellError `invalid-argument` for values that are not JSON (functions, dates, circular objects)
 * @example pythonJson({ a: [1.5, null] }) // '{"a": [1.5, null]}'
 */
export function pythonJson(value: Json): string {
  return write(value, 0);
}

/**
 * Formats a number as Python's `repr(float)` does: always with a decimal point or an exponent.
 * @example pythonFloat(1) // '1.0'
 */
export function pythonFloat(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return '0.0';
  // Both languages print the shortest digits that round-trip. Only the layout differs.
  const [mantissa, power] = Math.abs(x).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  const sign = x < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      return Number.isSafeInteger(value) ? String(value + 0) : pythonFloat(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (depth >= maxDepth)
        throw new AsktellError(
          'invalid-argument',
          `A stored value must be nested at most ${maxDepth} levels deep and must not contain itself. Flatten it.`,
        );
      if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(', ')}]`;
      if (isPlain(value)) return writeObject(value, depth + 1);
  }
  throw new AsktellError(
    'invalid-argument',
    `A stored value must be JSON, not ${show(value)}. Use null, booleans, numbers, strings, arrays and plain objects.`,
  );
}

function writeObject(value: object, depth: number): string {
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${writeString(key)}: ${write(member, depth)}`);
  }
  return `{${members.join(', ')}}`;
}

/** Whether `value` is a plain object of any realm, `vm` contexts included. Class instances are not plain. */
function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype || Object.getPrototypeOf(proto) === null;
}

function writeString(text: string): string {
  // JSON.stringify already escapes control characters and lone surrogates as Python does.
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const space = /[ \t\n\r]*/y;
const scalar = /"(?:[^"\\]|\\.)*"|-?(?:\d[\d.eE+-]*|Infinity)|NaN|true|false|null/y;
const wholeNumber = /^-?\d+$/;

/** A slower parser for text that `JSON.parse` rejects or rounds. */
class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#skip();
    if (this.#at !== this.#text.length) throw this.#error();
    return value;
  }

  #value(depth: number): Json {
    if (depth > maxReadDepth) throw this.#error();
    this.#skip();
    const first = this.#text[this.#at];
    if (first === '[') return this.#array(depth);
    if (first === '{') return this.#object(depth);
    return this.#scalar();
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#eat(']')) return items;
    do items.push(this.#value(depth + 1));
    while (this.#eat(','));
    this.#expect(']');
    return items;
  }

  #object(depth: number): Json {
    const members: [string, Json][] = [];
    this.#at++;
    if (this.#eat('}')) return {};
    do {
      this.#skip();
      if (this.#text[this.#at] !== '"') throw this.#error();
      const key = this.#scalar() as string;
      this.#expect(':');
      members.push([key, this.#value(depth + 1)]);
    } while (this.#eat(','));
    this.#expect('}');
    // fromEntries defines properties, so `__proto__` becomes a key and the last of equal keys wins.
    return Object.fromEntries(members);
  }

  #scalar(): Json {
    scalar.lastIndex = this.#at;
    const token = scalar.exec(this.#text)?.[0];
    if (token === undefined) throw this.#error();
    this.#at += token.length;
    if (token === 'NaN') return Number.NaN;
    if (token === 'Infinity') return Number.POSITIVE_INFINITY;
    if (token === '-Infinity') return Number.NEGATIVE_INFINITY;
    const value = JSON.parse(token) as Json;
    return typeof value === 'number' && !Number.isSafeInteger(value) && wholeNumber.test(token) ? BigInt(token) : value;
  }

  #skip(): void {
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
  }

  #eat(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#eat(mark)) throw this.#error();
  }

  #error(): SyntaxError {
    return new SyntaxError(`${show(this.#text)} is not valid JSON at position ${this.#at}.`);
  }
}
