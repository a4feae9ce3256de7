import { type CompiledSpace, nearest, type ParamSpec, type Scalar, show } from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';
import { constants, functions, modulo } from './functions.ts';
import { invalidExpression } from './invalid-expression.ts';
import { formatName, ParamNames } from './names.ts';
import { parseExpression } from './parse.ts';
import type { Arithmetic, Comparison, Expression } from './syntax-tree.ts';
import { describe, type Evaluate, isOnly, kindOf, neverEqual, type Term } from './term.ts';

/**
 * Compiles a constraint expression such as `'a <= b'` or `'0 < model.svm.c <= 10 or kernel == "rbf"'`.
 *
 * The syntax has numbers, strings, `true`, `false`, `null`; `+ - * / ^`, `%` and `mod` (remainder with the divisor's sign);
 * `== != < <= > >=`, also in chains; `and`, `or`, `not`, `test ? a : b`; `abs min max floor ceil round sqrt exp log log2 log10
 * pow`; `pi`, `e`, `Infinity`. Arithmetic is JavaScript's, and has the same
 * bits in every engine. `==` compares without conversion. Parameters have
 * their flat names. Names that are not identifiers are written as `params["learning-rate"]`.
 *
 * A condition with an inactive parameter (NaN in `x`) is satisfied.
 * @throws AsktellError `invalid-expression`, with `position` as an index into `source`, if the source does not parse,
 * contains an unknown name, compares values that are never equal, or is not a condition
 * @example
 * const allows = await compileExpression('a + b <= 1', space);
 * allows(Float64Array.of(0.2, 0.3)); // true
 */
export async function compileExpression(source: string, space: CompiledSpace): Promise<(x: Float64Array) => boolean> {
  const compiler = new Compiler(source, space);
  const isSatisfied = compiler.bool(await parseExpression(source));
  const used = compiler.used();
  return (x) => {
    for (const index of used) if (Number.isNaN(x[index])) return true;
    return isSatisfied(x);
  };
}

class Compiler {
  readonly #source: string;
  readonly #space: CompiledSpace;
  readonly #names: ParamNames;
  /** Position of the first use of each parameter, by its index. */
  readonly #used = new Map<number, number>();

  constructor(source: string, space: CompiledSpace) {
    this.#source = source;
    this.#space = space;
    this.#names = new ParamNames(space);
  }

  #error(at: number, message: string): Error {
    return invalidExpression(this.#source, at, message);
  }

  /**
   * Indices of the parameters in the expression.
   * @throws AsktellError `invalid-expression` if they belong to different branches, so that the condition never applies
   */
  used(): readonly number[] {
    const branches = new Map<number, { readonly choice: number; readonly name: string }>();
    for (const [index, at] of this.#used) {
      const name = this.#param(index).name;
      for (let when = this.#param(index).when; when !== null; when = this.#param(when.param).when) {
        const other = branches.get(when.param);
        if (other !== undefined && other.choice !== when.choice) {
          const text = `the condition never applies, because ${formatName(other.name)} and ${formatName(name)} belong to different branches of ${formatName(this.#param(when.param).name)}. Write one condition for each branch.`;
          throw this.#error(at, text);
        }
        branches.set(when.param, { choice: when.choice, name });
      }
    }
    return [...this.#used.keys()];
  }

  #param(index: number): ParamSpec {
    return this.#space.params[index] as ParamSpec;
  }

  bool(expression: Expression): Evaluate<boolean> {
    const term = this.#term(expression);
    if (isOnly(term, 'boolean')) return term.run as Evaluate<boolean>;
    throw this.#error(
      term.at,
      `a condition must be true or false, but ${describe(term)}. Compare it with a value, as in a + b <= 1.`,
    );
  }

  #number(expression: Expression): Evaluate<number> {
    const term = this.#term(expression);
    if (isOnly(term, 'number')) return term.run as Evaluate<number>;
    throw this.#error(term.at, `an operand must be a number, but ${describe(term)}. Use a number.`);
  }

  #term(expression: Expression): Term {
    const { at } = expression;
    switch (expression.kind) {
      case 'constant': {
        const { value } = expression;
        return { at, kinds: [kindOf(value)], values: [value], run: () => value };
      }
      case 'name':
        return this.#name(expression);
      case 'call':
        return { at, kinds: ['number'], run: this.#call(expression) };
      case 'sign': {
        const arg = this.#number(expression.arg);
        return { at, kinds: ['number'], run: expression.op === '-' ? (x) => -arg(x) : arg };
      }
      case 'arithmetic':
        return {
          at,
          kinds: ['number'],
          run: arithmetic(expression.op, this.#number(expression.left), this.#number(expression.right)),
        };
      case 'not': {
        const arg = this.bool(expression.arg);
        return { at, kinds: ['boolean'], run: (x) => !arg(x) };
      }
      case 'logic': {
        const left = this.bool(expression.left);
        const right = this.bool(expression.right);
        return {
          at,
          kinds: ['boolean'],
          run: expression.op === 'and' ? (x) => left(x) && right(x) : (x) => left(x) || right(x),
        };
      }
      case 'comparison':
        return { at, kinds: ['boolean'], run: this.#comparison(expression) };
      case 'choice': {
        const test = this.bool(expression.test);
        const yes = this.#term(expression.yes);
        const no = this.#term(expression.no);
        return { at, kinds: [...new Set([...yes.kinds, ...no.kinds])], run: (x) => (test(x) ? yes.run(x) : no.run(x)) };
      }
    }
  }

  #name({ at, path }: Expression & { kind: 'name' }): Term {
    const index = this.#names.find(path);
    if (index === undefined) {
      const constant = path.length === 1 ? constants.get(path[0] as string) : undefined;
      if (constant !== undefined) return { at, kinds: ['number'], run: () => constant };
      throw this.#names.unknown(this.#source, at, path);
    }
    if (!this.#used.has(index)) this.#used.set(index, at);
    const { name, dist } = this.#param(index);
    if (dist.kind !== 'categorical') return { at, name, kinds: ['number'], run: (x) => x[index] as number };
    const { choices } = dist;
    const kinds = [...new Set(choices.map(kindOf))];
    return { at, name, kinds, values: choices, run: (x) => choices[x[index] as number] as Scalar };
  }

  #call({ at, name, args }: Expression & { kind: 'call' }): Evaluate<number> {
    const known = functions.get(name);
    if (known === undefined) {
      const meant = nearest(name, [...functions.keys()]);
      const cure =
        this.#names.find([name]) !== undefined
          ? ' Write "*" to multiply.'
          : meant === undefined
            ? ''
            : ` Did you mean ${meant}?`;
      throw this.#error(
        at,
        `${show(name)} is not a function.${cure} The functions are ${[...functions.keys()].join(', ')}.`,
      );
    }
    const { arity, apply } = known;
    if (arity === null ? args.length === 0 : args.length !== arity) {
      const wanted = arity === null ? 'at least one argument' : arity === 1 ? 'one argument' : `${arity} arguments`;
      throw this.#error(at, `${name} must have ${wanted}, not ${args.length}.`);
    }
    const [first, second, ...more] = args.map((arg) => this.#number(arg)) as [Evaluate<number>, ...Evaluate<number>[]];
    if (second === undefined) return (x) => apply(first(x));
    if (more.length === 0) return (x) => apply(first(x), second(x));
    return (x) => apply(first(x), second(x), ...more.map((arg) => arg(x)));
  }

  #comparison({ operands, links }: Expression & { kind: 'comparison' }): Evaluate<boolean> {
    const terms = operands.map((operand) => this.#term(operand));
    for (const [i, { op, at }] of links.entries()) {
      const left = terms[i] as Term;
      const right = terms[i + 1] as Term;
      if (op === '==' || op === '!=') {
        // A comparison with a constant result is a mistake, such as kernel == 'rfb'.
        const never = neverEqual(at, left, right);
        if (never !== undefined) throw this.#error(never.at, never.message);
        continue;
      }
      const wrong = [left, right].find((term) => !isOnly(term, 'number'));
      if (wrong !== undefined)
        throw this.#error(wrong.at, `an operand of "${op}" must be a number, but ${describe(wrong)}. Use a number.`);
    }
    const tests = links.map(({ op }) => compare[op]);
    const [first, second] = terms as [Term, Term];
    const [only] = tests as [(a: Scalar, b: Scalar) => boolean];
    if (tests.length === 1) return (x) => only(first.run(x), second.run(x));
    return (x) => {
      let left = first.run(x);
      return tests.every((test, i) => {
        const right = (terms[i + 1] as Term).run(x);
        const result = test(left, right);
        left = right;
        return result;
      });
    };
  }
}

function arithmetic(op: Arithmetic, a: Evaluate<number>, b: Evaluate<number>): Evaluate<number> {
  switch (op) {
    case '+':
      return (x) => a(x) + b(x);
    case '-':
      return (x) => a(x) - b(x);
    case '*':
      return (x) => a(x) * b(x);
    case '/':
      return (x) => a(x) / b(x);
    case '^':
      return (x) => pow(a(x), b(x));
    case 'mod':
      return (x) => modulo(a(x), b(x));
  }
}

// #comparison allows the order operators for numbers only, so the casts are safe.
const compare: { readonly [op in Comparison]: (a: Scalar, b: Scalar) => boolean } = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
};
