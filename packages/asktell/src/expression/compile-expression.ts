import { type CompiledSpace, type ParamSpec, type Scalar, show } from '@asktell/core';
import { constants, functions, modulo } from './functions.ts';
import { invalidExpression } from './invalid-expression.ts';
import { ParamNames, written } from './names.ts';
import { nearest } from './nearest.ts';
import { parseExpression } from './parse.ts';
import type { Arithmetic, Comparison, Expression } from './syntax-tree.ts';
import { describe, type Evaluate, isOnly, kindOf, neverEqual, type Term } from './term.ts';

/**
 * Compiles a constraint expression such as `'a <= b'` or `'0 < model.svm.c <= 10 or kernel == "rbf"'`.
 *
 * Known are numbers, strings, `true`, `false`, `null`; `+ - * / ^`, `%` and `mod` (remainder with the divisor's sign); `== !=
 * < <= > >=`, also in chains; `and`, `or`, `not`, `test ? a : b`; `abs min max floor ceil round sqrt exp log log2 log10 pow`;
 * `pi`, `e`, `Infinity`. Numbers follow JavaScript to the last bit; `==` compares without conversion. Parameters go by
 * their flat names; `params["learning-rate"]` reaches those that are no identifiers.
 *
 * A condition that names an inactive parameter (NaN in `x`) holds.
 * @throws AsktellError `invalid-expression`, `position` pointing into `source`: when it does not parse, names something
 * unknown, compares what can never be equal, or is no condition.
 * @example
 * const allows = await compileExpression('a + b <= 1', space);
 * allows(Float64Array.of(0.2, 0.3)); // true
 */
export async function compileExpression(source: string, space: CompiledSpace): Promise<(x: Float64Array) => boolean> {
  const compiler = new Compiler(source, space);
  const holds = compiler.bool(await parseExpression(source));
  const used = compiler.used();
  return (x) => {
    for (const index of used) if (Number.isNaN(x[index])) return true;
    return holds(x);
  };
}

class Compiler {
  readonly #source: string;
  readonly #space: CompiledSpace;
  readonly #names: ParamNames;
  /** Where each parameter was named first, by its index. */
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
   * Indices of the parameters it names.
   * @throws AsktellError `invalid-expression` when no point has all of them, so that it would never apply
   */
  used(): readonly number[] {
    const branches = new Map<number, { readonly choice: number; readonly name: string }>();
    for (const [index, at] of this.#used) {
      const name = this.#param(index).name;
      for (let when = this.#param(index).when; when !== null; when = this.#param(when.param).when) {
        const other = branches.get(when.param);
        if (other !== undefined && other.choice !== when.choice) {
          const text = `it never applies: ${written(other.name)} and ${written(name)} belong to different branches of ${written(this.#param(when.param).name)}, and a condition holds where one of its parameters is inactive. Write one condition for each branch.`;
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
      `a condition is needed here, true or false, but ${describe(term)}. Compare it with something, as in a + b <= 1.`,
    );
  }

  #number(expression: Expression): Evaluate<number> {
    const term = this.#term(expression);
    if (isOnly(term, 'number')) return term.run as Evaluate<number>;
    throw this.#error(term.at, `a number is needed here, but ${describe(term)}.`);
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
        `there is no function ${show(name)}.${cure} There are ${[...functions.keys()].join(', ')}.`,
      );
    }
    const { arity, apply } = known;
    if (arity === null ? args.length === 0 : args.length !== arity) {
      const wanted = arity === null ? 'one argument or more' : arity === 1 ? 'one argument' : `${arity} arguments`;
      throw this.#error(at, `${name} takes ${wanted}, not ${args.length}.`);
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
        // A comparison with only one possible outcome is a slip of the pen: kernel == 'rfb'.
        const never = neverEqual(at, left, right);
        if (never !== undefined) throw this.#error(never.at, never.message);
        continue;
      }
      const wrong = [left, right].find((term) => !isOnly(term, 'number'));
      if (wrong !== undefined) throw this.#error(wrong.at, `"${op}" compares numbers, but ${describe(wrong)}.`);
    }
    const tests = links.map(({ op }) => compare[op]);
    const [first, second] = terms as [Term, Term];
    const [only] = tests as [(a: Scalar, b: Scalar) => boolean];
    if (tests.length === 1) return (x) => only(first.run(x), second.run(x));
    return (x) => {
      let left = first.run(x);
      return tests.every((test, i) => {
        const right = (terms[i + 1] as Term).run(x);
        const holds = test(left, right);
        left = right;
        return holds;
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
      return (x) => a(x) ** b(x);
    case 'mod':
      return (x) => modulo(a(x), b(x));
  }
}

// The checker has seen to it that the order of anything but numbers is never asked for.
const compare: { readonly [op in Comparison]: (a: Scalar, b: Scalar) => boolean } = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
};
