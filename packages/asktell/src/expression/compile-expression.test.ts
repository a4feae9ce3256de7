import {
  type AsktellError,
  type CompiledSpace,
  categorical,
  compileSpace,
  float,
  group,
  int,
  isAsktellError,
  oneOf,
  type Scalar,
  type Space,
  toInternal,
} from '@asktell/core';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { compileExpression } from './compile-expression.ts';

const unit = float(0, 1);
const abc = { a: unit, b: unit, c: unit };
const svm = {
  model: oneOf({ svm: { c: float(1, 10), 'max-iter': int(1, 9) }, forest: { trees: int(1, 9) }, none: {} }),
  optimizer: group({ lr: unit, 'weight-decay': unit }),
  'learning-rate': unit,
  mod: unit,
  e: unit,
  kernel: categorical(['rbf', 'linear']),
  mixed: categorical([1, '1', true, null]),
  flag: categorical([true, false]),
};

function vector(space: CompiledSpace, values: { readonly [name: string]: Scalar }): Float64Array {
  return Float64Array.from(space.params, ({ name, dist }) =>
    name in values ? toInternal(dist, values[name]) : Number.NaN,
  );
}

async function isSatisfied(
  source: string,
  values: { readonly [name: string]: Scalar },
  space: Space = svm,
): Promise<boolean> {
  const { compiled } = compileSpace(space);
  return (await compileExpression(source, compiled))(vector(compiled, values));
}

async function refusal(source: string, space: Space = svm): Promise<AsktellError> {
  try {
    await compileExpression(source, compileSpace(space).compiled);
  } catch (error) {
    if (isAsktellError(error, 'invalid-expression')) return error;
    throw error;
  }
  throw new Error(`${source} was accepted`);
}

describe('valid expressions', () => {
  it.each([
    ['a <= b', { a: 0.1, b: 0.2 }, true],
    ['a <= b', { a: 0.3, b: 0.2 }, false],
    ['a + b <= 1', { a: 0.5, b: 0.5 }, true],
    ['0 <= a < b <= 1', { a: 0.2, b: 0.3 }, true],
    ['0 <= a < b <= 1', { a: 0.3, b: 0.3 }, false],
    ['a == b == c', { a: 0.3, b: 0.3, c: 0.4 }, false],
    ['-a^2 == -(a^2)', { a: 0.5 }, true],
    ['2^a^b == 2^(a^b)', { a: 0.5, b: 0.25 }, true],
    ['-1 mod 3 == 2 and -1 % 3 == 2 and 7 mod -4 == -1', {}, true],
    ['a > 0.5 ? b > 0.5 : c > 0.5', { a: 0.9, b: 0.1, c: 0.9 }, false],
    ['a > 0.5 ? b > 0.5 : c > 0.5', { a: 0.1, b: 0.1, c: 0.9 }, true],
    ['not (a > 0.5) or b > 0.5', { a: 0.9, b: 0.9 }, true],
    ['not (a > 0.5)', { a: 0.9 }, false],
    ['max(a, b, c) < 0.5 and min(a) >= 0 and pow(a, 2) == a^2', { a: 0.1, b: 0.2, c: 0.3 }, true],
    ['log(e) == 1 and cos_ < 1', { cos_: 0.5 }, true],
    ['a < Infinity and sqrt(a) >= a and round(2.5) == 3 and abs(-a) == a', { a: 0.25 }, true],
    ['sqrt(0 - a) <= 1', { a: 0.5 }, false],
    ['0x10 == 16 and 1e2 == 100 and .5 == 0.5 # a remark', {}, true],
    ['(a <\n b)', { a: 0.1, b: 0.2 }, true],
  ] as const)('%s at %o', async (source, values, expected) => {
    expect(await isSatisfied(source, values, { ...abc, cos_: unit })).toBe(expected);
  });

  it.each([
    ['model == "svm"', { model: 'svm' }, true],
    ["model != 'svm'", { model: 'svm' }, false],
    ['model.svm.c >= 2', { model: 'svm', 'model.svm.c': 1 }, false],
    ['model["svm"].c >= 2', { model: 'svm', 'model.svm.c': 2 }, true],
    ['model.svm["max-iter"] < 5', { model: 'svm', 'model.svm.max-iter': 7 }, false],
    ['params.model.svm.c < 2', { 'model.svm.c': 1 }, true],
    ['params["learning-rate"] < optimizer.lr', { 'learning-rate': 0.1, 'optimizer.lr': 0.2 }, true],
    ['params["model.svm.c"] < 2', { 'model.svm.c': 1 }, true],
    ['params.mod < 0.5', { mod: 0.7 }, false],
    ['e < 1', { e: 0.5 }, true], // the parameter shadows Euler's number
    ['kernel == "rbf" or flag', { kernel: 'linear', flag: true }, true],
    ['mixed == 1', { mixed: '1' }, false],
    ['mixed == "1"', { mixed: '1' }, true],
    ['mixed == true or mixed == null', { mixed: null }, true],
    ['mixed != null', { mixed: true }, true],
    ['flag == (kernel == "rbf")', { kernel: 'rbf', flag: true }, true],
  ] as const)('%s at %o', async (source, values, expected) => {
    expect(await isSatisfied(source, values)).toBe(expected);
  });

  it('are satisfied when one of their parameters is inactive', async () => {
    expect(await isSatisfied('model.svm.c < 0', { model: 'forest', 'model.forest.trees': 3 })).toBe(true);
    expect(await isSatisfied('model.svm.c < 0 and e < 0', { model: 'none', e: 1 })).toBe(true);
  });

  it('can use a parameter called params', async () => {
    const space = { params: group({ x: unit }), x: unit };
    expect(await isSatisfied('params.x < 0.5', { 'params.x': 0.1, x: 0.9 }, space)).toBe(true);
  });
});

describe('invalid expressions', () => {
  it.each([
    // [expression, position, part of the message]
    ['a <= d', 5, '"d" is not a parameter. The parameters are a, b, c.'],
    ['a <= b and ', 11, 'unexpected end'],
    ['(a <= b', 7, 'parenthesis ) expected'],
    ['a && b', 3, 'write "and"'],
    ['!a', 0, 'write "not"'],
    ['a & b', 2, 'write "and"'],
    ['a = b', 2, 'write "=="'],
    ['a === b', 4, 'write "=="'],
    ['a ** 2 < 1', 3, 'write "^"'],
    ['f(a) = a', 0, 'cannot define functions'],
    ['a < b; b < c', 0, 'a single expression'],
    ['a < [b, c]', 4, 'cannot contain lists'],
    ['a < 1:3', 4, 'cannot contain ranges'],
    ['{a: 1} == b', 0, 'cannot contain objects'],
    ['a < 2 cm', 6, 'operator is missing'],
    ['2a < 1', 1, 'operator is missing'],
    ['a(2) < 1', 0, 'Write "*" to multiply'],
    ['a.b(2) < 1', 0, 'a parameter cannot be called'],
    ['a < 10%', 6, 'cannot contain percentages'],
    ['a! < 1', 1, '"!" is not an operator'],
    ['a xor b', 2, '"xor" is not an operator'],
    ['a to b', 2, '"to" is not an operator'],
    ['a .* b < 1', 2, '".*" is not an operator'],
    ["a' < 1", 1, '"\'" is not an operator'],
    ['a?.b < 1', 1, 'write "."'],
    ['a[1] < 1', 1, 'brackets must contain a part'],
    ['a["b", "c"] < 1', 1, 'brackets must contain a part'],
    ['sin(a) < 1', 0, 'Did you mean min?'],
    ['a < squareroot(b)', 4, '"squareroot" is not a function. The functions are abs, min'],
    ['abs(a, b) < 1', 0, 'abs must have one argument, not 2'],
    ['max() < a', 0, 'max must have at least one argument, not 0'],
    ['pow(a) < 1', 0, 'pow must have 2 arguments, not 1'],
    ['a + b', 2, 'this is a number. Compare it'],
    ['a', 0, 'a is a number'],
    ['not a > 0.5', 4, 'a is a number'], // "not" binds more tightly than in Python
    ['a < b and c', 10, 'c is a number'],
    ['a < b < c ? a : b', 10, 'this is a number'],
    ['(a < b) + 1 < 2', 3, 'an operand must be a number, but this is a boolean'],
    ['a == "x"', 2, 'one is a number, the other a string'],
    ['a < "x"', 4, 'an operand of "<" must be a number, but this is "x"'],
    ['a < NaN', 4, 'NaN'],
    ['undefined == a', 0, 'undefined'],
    ['1 == "1"', 2, 'never equal'],
    ['"abc < a', 8, 'end of string'],
    ['a @ b', 2, 'syntax error in part "@ b"'],
    ['# nothing', 0, 'the expression is empty'],
    ['toString < 1', 0, '"toString" is not a parameter'],
    ['toString() < 1', 0, '"toString" is not a function'],
    ['constructor == a', 0, '"constructor" is not a parameter'],
    ['a.constructor == a', 0, '"a.constructor" is not a parameter'],
    ['__proto__ == a', 0, '"__proto__" is not a parameter'],
    ['params.__proto__ == a', 0, '"__proto__" is not a parameter'],
    ['constructor("return 1")() == a', 24, ''],
  ])('%s', async (source, position, part) => {
    const error = await refusal(source, abc);
    expect(error.message).toContain(part);
    expect(error.position).toBe(position);
    expect(error.message.split('\n').slice(-2)).toEqual([`  ${source}`, `  ${' '.repeat(position)}^`]);
  });

  it.each([
    ['model.svm.d > 1', 0, 'Did you mean model.svm.c?'],
    ['trees > 1', 0, 'Did you mean model.forest.trees?'],
    ['learning-rate < 1', 0, 'Did you mean params["learning-rate"]?'],
    ['e < 1 and kernel == "rfb"', 20, 'kernel is never "rfb". Did you mean "rbf"? Its choices are "rbf", "linear".'],
    ['"SVM" == model', 0, 'model is never "SVM". Did you mean "svm"?'],
    ['kernel == 1', 10, 'kernel is never 1'],
    ['kernel == flag', 7, 'the two sides are never equal'],
    ['kernel < 1', 0, 'an operand of "<" must be a number, but kernel is "rbf" or "linear"'],
    ['mixed + 1 < 1', 0, 'mixed is 1 or "1" or true or null'],
    ['kernel', 0, 'a condition must be true or false, but kernel is "rbf" or "linear"'],
    [
      'model.svm.c > 1 or model.forest.trees > 1',
      19,
      'the condition never applies, because model.svm.c and model.forest.trees belong to different branches of model',
    ],
  ])('%s', async (source, position, part) => {
    const error = await refusal(source);
    expect(error.message).toContain(part);
    expect(error.position).toBe(position);
  });

  it('point at the right line', async () => {
    const error = await refusal('(a <\n\tdd)', abc);
    expect(error.message.split('\n').slice(-2)).toEqual(['  \tdd)', '  \t^']);
  });

  it('that would overflow the stack are rejected', async () => {
    for (const source of [`${'('.repeat(50_000)}a`, `${'a + '.repeat(20_000)}a < 1`, `${'a + '.repeat(1_500)}a < 1`]) {
      expect((await refusal(source, abc)).code).toBe('invalid-expression');
    }
  });

  it('list at most twelve names', async () => {
    const space = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, unit]));
    expect((await refusal('zzz < 1', space)).message).toMatch(/x0, x1, .* x11, and 28 more\./);
  });
});

/** An expression and its equivalent in JavaScript. */
interface Sample {
  readonly text: string;
  readonly value: (x: readonly number[]) => number;
}

const names = ['a', 'b', 'c'] as const;
const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.nat(2).map((i): Sample => ({ text: names[i] as string, value: (x) => x[i] as number })),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((n): Sample => ({ text: String(n), value: () => n })),
);
const operators: { readonly [op: string]: (p: number, q: number) => number } = {
  '+': (p, q) => p + q,
  '-': (p, q) => p - q,
  '*': (p, q) => p * q,
  '/': (p, q) => p / q,
  '^': (p, q) => p ** q,
  mod: (p, q) => (Math.sign(p % q) === -Math.sign(q) ? (p % q) + q : p % q),
};
const unary: { readonly [form: string]: (p: number) => number } = {
  '-': (p) => -p,
  abs: Math.abs,
  floor: Math.floor,
  sqrt: Math.sqrt,
  log: Math.log,
};
const { tree } = fc.letrec<{ tree: Sample }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom(...Object.keys(operators)), tie('tree'), tie('tree')).map(
      ([op, p, q]): Sample => ({
        text: `(${p.text} ${op} ${q.text})`,
        value: (x) => (operators[op] as (p: number, q: number) => number)(p.value(x), q.value(x)),
      }),
    ),
    fc.tuple(fc.constantFrom(...Object.keys(unary)), tie('tree')).map(
      ([form, p]): Sample => ({
        text: `(${form}(${p.text}))`,
        value: (x) => (unary[form] as (p: number) => number)(p.value(x)),
      }),
    ),
  ),
}));
const links: { readonly [op: string]: (p: number, q: number) => boolean } = {
  '<': (p, q) => p < q,
  '<=': (p, q) => p <= q,
  '>': (p, q) => p > q,
  '>=': (p, q) => p >= q,
  '==': (p, q) => p === q,
  '!=': (p, q) => p !== q,
};
const link = fc.constantFrom(...Object.keys(links));
const point = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });

describe('laws', () => {
  property.prop([tree, link, tree, link, tree, point])(
    'a chain of comparisons agrees with JavaScript',
    async (p, l1, q, l2, r, x) => {
      const test = await compileExpression(`${p.text} ${l1} ${q.text} ${l2} ${r.text}`, compileSpace(abc).compiled);
      const [one, two] = [links[l1], links[l2]] as [
        (p: number, q: number) => boolean,
        (p: number, q: number) => boolean,
      ];
      expect(test(Float64Array.from(x))).toBe(one(p.value(x), q.value(x)) && two(q.value(x), r.value(x)));
    },
  );

  property.prop([
    fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'abc.,()[]{}"\'<>=!&|?:;^%*+-/ 019#\n', 'and', 'not', 'params', 'max') }),
    ),
  ])('any text compiles to a predicate or is rejected with a position inside it', async (source) => {
    try {
      const test = await compileExpression(source, compileSpace(abc).compiled);
      expect(typeof test(Float64Array.of(0.1, 0.2, 0.3))).toBe('boolean');
    } catch (error) {
      expect(isAsktellError(error, 'invalid-expression')).toBe(true);
      expect((error as AsktellError).position).toBeGreaterThanOrEqual(0);
      expect((error as AsktellError).position).toBeLessThanOrEqual(source.length);
    }
  });
});
