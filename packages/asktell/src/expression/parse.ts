import { isAsktellError } from '@asktell/core';
import { invalidExpression } from './invalid-expression.ts';
import type { Arithmetic, Comparison, Expression, Link } from './syntax-tree.ts';
import { TokenCursor } from './tokens.ts';

/** The properties of mathjs nodes that are used here. Each node type has some of them. */
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

/** Maximum depth of a tree. The evaluation of deeper trees could overflow the stack. */
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

/** Operators of other languages and the advice for each. */
const operatorAdvice: { readonly [op: string]: string } = {
  '&': 'write "and"',
  '|': 'write "or"',
  '!': 'write "not"',
  '~': 'write "not"',
  '=': 'write "==" to compare',
  '*': 'write "^" for a power',
};

/** Messages for the node types that constraints do not support. */
const unsupportedNodes: { readonly [type: string]: string } = {
  AssignmentNode: 'a constraint cannot assign values; write "==" to compare',
  FunctionAssignmentNode: 'a constraint cannot define functions; remove the definition',
  BlockNode: 'a constraint must be a single expression; join conditions with "and", or pass each one to where()',
  ArrayNode: 'a constraint cannot contain lists or matrices; use numbers, strings and parameters',
  RangeNode: 'a constraint cannot contain ranges; write low <= x <= high',
  ObjectNode: 'a constraint cannot contain objects; use numbers, strings and parameters',
};

/**
 * Parses a constraint expression. The parser of mathjs is loaded at the first call. Its evaluator is not used: it has units,
 * matrices and many functions, while ours supports only the nodes of {@link Expression}.
 * @throws AsktellError `invalid-expression`
 */
export async function parseExpression(source: string): Promise<Expression> {
  const { parse } = await import('./bundled-parser.ts');
  let root: MathNode;
  try {
    root = parse(source) as MathNode;
  } catch (error) {
    throw syntaxError(source, error);
  }
  if (root.type === 'ConstantNode' && root.value === undefined && source.replace(/#.*/g, '').trim() === '') {
    throw invalidExpression(source, 0, 'the expression is empty; write a condition such as a <= b.');
  }
  return new Converter(source).convert(root);
}

function syntaxError(source: string, error: unknown): Error {
  if (isAsktellError(error)) return error;
  const { char, message } = error as { char?: unknown; message: string };
  if (typeof char !== 'number')
    return invalidExpression(source, 0, `the expression cannot be parsed (${message}); check its syntax.`, error);
  const at = Math.min(char - 1, source.length);
  const reason = message.replace(/ \(char \d+\)$/, '');
  const text = reason.charAt(0).toLowerCase() + reason.slice(1);
  const advice = operatorAdvice[source.charAt(at)];
  return invalidExpression(source, at, advice === undefined ? `${text}.` : `${text}; ${advice}.`, error);
}

/** Converts a mathjs tree to an {@link Expression}, in the order of the text. Unsupported nodes throw an error. */
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
      throw this.#error(
        this.#cursor.position(),
        `the expression is nested more than ${maxDepth} levels deep; split it into several conditions`,
      );
    this.#depth++;
    const expression = this.#convert(node);
    this.#depth--;
    return expression;
  }

  #error(at: number, message: string): Error {
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
        const at = node.type === 'AssignmentNode' ? this.#cursor.operator('=') : this.#cursor.position();
        throw this.#error(at, unsupportedNodes[node.type] ?? `a constraint cannot contain a ${node.type}; remove it`);
      }
    }
  }

  #constant(value: unknown): Expression {
    const at = this.#cursor.operand();
    if (value === null || typeof value === 'boolean' || typeof value === 'string')
      return { kind: 'constant', at, value };
    if (typeof value === 'number' && !Number.isNaN(value)) return { kind: 'constant', at, value };
    throw this.#error(at, `a constant must be a number, a string, true, false or null, not ${String(value)}`);
  }

  #path(node: MathNode): Expression & { kind: 'name' } {
    if (node.optionalChaining === true) throw this.#error(this.#cursor.operator('?.'), 'write "." instead of "?."');
    const object = node.object as MathNode;
    const owner =
      object.type === 'AccessorNode'
        ? this.#path(object)
        : object.type === 'SymbolNode'
          ? this.convert(object)
          : undefined;
    const [key, ...more] = node.index?.dimensions ?? [];
    if (owner?.kind !== 'name' || key?.type !== 'ConstantNode' || typeof key.value !== 'string' || more.length > 0) {
      throw this.#error(
        this.#cursor.position(),
        'brackets must contain a part of a parameter name, as in params["learning-rate"]',
      );
    }
    this.#cursor.operand();
    return { kind: 'name', at: owner.at, path: [...owner.path, key.value] };
  }

  #call(node: MathNode): Expression {
    const fn = node.fn as MathNode;
    const at = this.#cursor.position();
    if (fn.type !== 'SymbolNode') throw this.#error(at, 'a parameter cannot be called; write "*" to multiply');
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
      throw this.#error(
        this.#cursor.operator('%'),
        'a constraint cannot contain percentages; divide by 100, or write a number after "%" for the remainder',
      );
    }
    const logic = fn === 'and' || fn === 'or' ? fn : undefined;
    const arith = arithmetic[fn];
    if (logic === undefined && arith === undefined) throw this.#unknownOperator(op);
    const left = this.convert(first as MathNode);
    if (node.implicit === true)
      throw this.#error(this.#cursor.position(), 'an operator is missing; write "*" to multiply');
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
    const cure = operatorAdvice[op] ?? 'use + - * / ^ % mod, comparisons, and, or, not, or the form test ? a : b';
    return this.#error(this.#cursor.operator(op), `"${op}" is not an operator of constraints; ${cure}`);
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
