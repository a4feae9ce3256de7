import { AsktellError, type Json, show } from '@asktell/core';

/** Deeper values than this are not written: Python's own parser gives up near 1,000 levels. */
const maxDepth = 500;

/** Deeper ones are not read; Python writes nothing that is as deep. */
const maxReadDepth = 2000;

// Integers of 16 digits and more may not fit a double. The look-behind keeps fractions such as 0.1234567890123456 out.
const needsOwnParser = /NaN|Infinity|(?<![\d.])\d{16}/;

/**
 * Reads one JSON value as Python's `json` writes it: `NaN`, `Infinity` and `-Infinity` are numbers, integers beyond
 * 2^53 become `bigint`, a repeated key keeps its last value, `__proto__` is a key like any other.
 * @throws SyntaxError when the text is no JSON value
 * @example parsePythonJson('[NaN, 123456789012345678901]') // [NaN, 123456789012345678901n]
 */
export function parsePythonJson(text: string): Json {
  if (!needsOwnParser.test(text)) return JSON.parse(text) as Json;
  return new Parser(text).document();
}

/**
 * Writes one JSON value as Python's `json.dumps` does: ASCII only, `", "` and `": "` between items, `NaN` and infinities
 * as bare words. `undefined` members of objects are left out. Whole numbers are written without a point, `-0` as `0`.
 * @throws AsktellError `invalid-argument` for what is no JSON value (functions, dates, circular objects)
 * @example pythonJson({ a: [1.5, null] }) // '{"a": [1.5, null]}'
 */
export function pythonJson(value: Json): string {
  return write(value, 0);
}

/**
 * A number as Python's `repr(float)` prints it: always with a point or an exponent.
 * @example pythonFloat(1) // '1.0'
 */
export function pythonFloat(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return '0.0';
  // Both languages print the shortest digits that read back equal; only the layout differs.
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
          `A value is nested more than ${maxDepth} levels deep, or contains itself; store something flatter.`,
        );
      if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(', ')}]`;
      if (isPlain(value)) return writeObject(value, depth + 1);
  }
  throw new AsktellError(
    'invalid-argument',
    `${show(value)} is no JSON value; use null, booleans, numbers, strings, arrays and plain objects.`,
  );
}

function writeObject(value: object, depth: number): string {
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${writeString(key)}: ${write(member, depth)}`);
  }
  return `{${members.join(', ')}}`;
}

/** Plain objects of any realm, so that values from `vm` contexts and tests pass; class instances do not. */
function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype || Object.getPrototypeOf(proto) === null;
}

function writeString(text: string): string {
  // JSON.stringify escapes as Python does up to here, lone surrogates included.
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const space = /[ \t\n\r]*/y;
const scalar = /"(?:[^"\\]|\\.)*"|-?(?:\d[\d.eE+-]*|Infinity)|NaN|true|false|null/y;
const wholeNumber = /^-?\d+$/;

/** The slow way, for what `JSON.parse` refuses or rounds. */
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
    return new SyntaxError(`Position ${this.#at} of ${show(this.#text)} is no JSON.`);
  }
}
