import { isAsktellError } from '@asktell/core';
import { invalidExpression } from './invalid-expression.ts';
import type { Arithmetic, Comparison, Expression, Link } from './syntax-tree.ts';
import { TokenCursor } from './tokens.ts';

/** The parts of a mathjs node that are read here. Each kind of node has some of them. */
interface MathNode {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly op?: string;
  readonly fn?: unknown;
  readonly args?: readonly MathNode[];
  readonly implicit?: boolean;
  readonly isPercentage?: boolean;
  readonly content?: MathNode;
  readonly conditionals?: readonly string[];
  readonly params?: readonly MathNode[];
  readonly condition?: MathNode;
  readonly trueExpr?: MathNode;
  readonly falseExpr?: MathNode;
  readonly object?: MathNode;
  readonly index?: { readonly dimensions: readonly MathNode[] };
  readonly optionalChaining?: boolean;
}

/** Deeper trees could overflow the stack when they are evaluated. */
const maxDepth = 1000;

const comparisons: { readonly [fn: string]: Comparison } = {
  equal: '==',
  unequal: '!=',
  smaller: '<',
  smallerEq: '<=',
  larger: '>',
  largerEq: '>=',
};

const arithmetic: { readonly [fn: string]: Arithmetic } = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  pow: '^',
  mod: 'mod',
};

/** What people write out of habit, and what it is called here. */
const habits: { readonly [op: string]: string } = {
  '&': 'write "and"',
  '|': 'write "or"',
  '!': 'write "not"',
  '~': 'write "not"',
  '=': 'write "==" to compare',
  '*': 'write "^" for a power',
};

const refusals: { readonly [type: string]: string } = {
  AssignmentNode: 'a constraint assigns nothing; write "==" to compare',
  FunctionAssignmentNode: 'a constraint defines no functions',
  BlockNode: 'this is more than one expression; join conditions by "and", or pass each of them to where()',
  ArrayNode: 'there are no lists and matrices here',
  RangeNode: 'there are no ranges here; write low <= x <= high',
  ObjectNode: 'there are no objects here',
};

/**
 * Parses a constraint expression. mathjs is only the parser, loaded when the first expression is met: its own evaluation
 * knows units, matrices and functions that reach far, ours knows what {@link Expression} lists.
 * @throws AsktellError `invalid-expression`
 */
export async function parseExpression(source: string): Promise<Expression> {
  const mathjs = await import('mathjs/number');
  let root: MathNode;
  try {
    root = mathjs.parse(source) as unknown as MathNode;
  } catch (error) {
    throw syntaxError(source, error);
  }
  if (root.type === 'ConstantNode' && root.value === undefined && source.replace(/#.*/g, '').trim() === '') {
    throw invalidExpression(source, 0, 'it is empty; write a condition such as a <= b.');
  }
  return new Converter(source).convert(root);
}

function syntaxError(source: string, error: unknown): Error {
  if (isAsktellError(error)) return error;
  const { char, message } = error as { char?: unknown; message: string };
  if (typeof char !== 'number') return invalidExpression(source, 0, `it cannot be parsed (${message}).`, error);
  const at = Math.min(char - 1, source.length);
  const said = message.replace(/ \(char \d+\)$/, '');
  const text = said.charAt(0).toLowerCase() + said.slice(1);
  const habit = habits[source.charAt(at)];
  return invalidExpression(source, at, habit === undefined ? `${text}.` : `${text}; ${habit}.`, error);
}

/** Turns mathjs's tree into ours, in the order of the text. Everything that is not on the list is refused. */
class Converter {
  readonly #source: string;
  readonly #cursor: TokenCursor;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#cursor = new TokenCursor(source);
  }

  convert(node: MathNode): Expression {
    if (this.#depth >= maxDepth)
      throw this.#refuse(this.#cursor.here(), 'it is nested too deeply; split it into several conditions');
    this.#depth++;
    const expression = this.#convert(node);
    this.#depth--;
    return expression;
  }

  #refuse(at: number, message: string): Error {
    return invalidExpression(this.#source, at, `${message}.`);
  }

  #convert(node: MathNode): Expression {
    switch (node.type) {
      case 'ParenthesisNode':
        return this.convert(node.content as MathNode);
      case 'ConstantNode':
        return this.#constant(node.value);
      case 'SymbolNode':
        return { kind: 'name', at: this.#cursor.operand(), path: [node.name as string] };
      case 'AccessorNode':
        return this.#path(node);
      case 'FunctionNode':
        return this.#call(node);
      case 'OperatorNode':
        return this.#operator(node, node.args as readonly MathNode[]);
      case 'RelationalNode':
        return this.#chain(node.params as readonly MathNode[], node.conditionals as readonly string[]);
      case 'ConditionalNode': {
        const test = this.convert(node.condition as MathNode);
        const at = this.#cursor.operator('?');
        const yes = this.convert(node.trueExpr as MathNode);
        return { kind: 'choice', at, test, yes, no: this.convert(node.falseExpr as MathNode) };
      }
      default: {
        const at = node.type === 'AssignmentNode' ? this.#cursor.operator('=') : this.#cursor.here();
        throw this.#refuse(at, refusals[node.type] ?? `${node.type} has no meaning in a constraint`);
      }
    }
  }

  #constant(value: unknown): Expression {
    const at = this.#cursor.operand();
    if (value === null || typeof value === 'boolean' || typeof value === 'string')
      return { kind: 'constant', at, value };
    if (typeof value === 'number' && !Number.isNaN(value)) return { kind: 'constant', at, value };
    throw this.#refuse(at, `${String(value)} cannot be compared with anything`);
  }

  #path(node: MathNode): Expression & { kind: 'name' } {
    if (node.optionalChaining === true) throw this.#refuse(this.#cursor.operator('?.'), 'write "." instead of "?."');
    const object = node.object as MathNode;
    const owner =
      object.type === 'AccessorNode'
        ? this.#path(object)
        : object.type === 'SymbolNode'
          ? this.convert(object)
          : undefined;
    const [key, ...more] = node.index?.dimensions ?? [];
    if (owner?.kind !== 'name' || key?.type !== 'ConstantNode' || typeof key.value !== 'string' || more.length > 0) {
      throw this.#refuse(
        this.#cursor.here(),
        'brackets hold a part of a parameter\'s name, such as params["learning-rate"]',
      );
    }
    this.#cursor.operand();
    return { kind: 'name', at: owner.at, path: [...owner.path, key.value] };
  }

  #call(node: MathNode): Expression {
    const fn = node.fn as MathNode;
    const at = this.#cursor.here();
    if (fn.type !== 'SymbolNode') throw this.#refuse(at, 'parameters have no functions; write "*" to multiply');
    this.#cursor.operand();
    return {
      kind: 'call',
      at,
      name: fn.name as string,
      args: (node.args as readonly MathNode[]).map((arg) => this.convert(arg)),
    };
  }

  #operator(node: MathNode, [first, second]: readonly MathNode[]): Expression {
    const fn = node.fn as string;
    const op = node.op as string;
    if (second === undefined) return this.#unary(fn, op, first as MathNode);
    if (comparisons[fn] !== undefined) return this.#chain([first as MathNode, second], [fn]);
    if (node.isPercentage === true) {
      this.convert(first as MathNode);
      throw this.#refuse(
        this.#cursor.operator('%'),
        'there are no percentages here; divide by 100, or write a number after "%" for the remainder',
      );
    }
    const logic = fn === 'and' || fn === 'or' ? fn : undefined;
    const arith = arithmetic[fn];
    if (logic === undefined && arith === undefined) throw this.#unknownOperator(op);
    const left = this.convert(first as MathNode);
    if (node.implicit === true)
      throw this.#refuse(this.#cursor.here(), 'an operator is missing here; write "*" to multiply');
    const at = this.#cursor.operator(op);
    const right = this.convert(second);
    return logic === undefined
      ? { kind: 'arithmetic', at, op: arith as Arithmetic, left, right }
      : { kind: 'logic', at, op: logic, left, right };
  }

  #unary(fn: string, op: string, arg: MathNode): Expression {
    if (fn !== 'unaryMinus' && fn !== 'unaryPlus' && fn !== 'not') throw this.#unknownOperator(op);
    const at = this.#cursor.operator(op);
    if (fn === 'not') return { kind: 'not', at, arg: this.convert(arg) };
    return { kind: 'sign', at, op: fn === 'unaryMinus' ? '-' : '+', arg: this.convert(arg) };
  }

  #unknownOperator(op: string): Error {
    const cure = habits[op] ?? 'use + - * / ^ % mod, comparisons, and, or, not, or the form test ? a : b';
    return this.#refuse(this.#cursor.operator(op), `there is no operator "${op}" here; ${cure}`);
  }

  #chain(nodes: readonly MathNode[], fns: readonly string[]): Expression {
    const operands = [this.convert(nodes[0] as MathNode)];
    const links: Link[] = [];
    for (const [i, fn] of fns.entries()) {
      const op = comparisons[fn] as Comparison;
      links.push({ op, at: this.#cursor.operator(op) });
      operands.push(this.convert(nodes[i + 1] as MathNode));
    }
    return { kind: 'comparison', at: (links[0] as Link).at, operands, links };
  }
}
