import { type CompiledSpace, nearest, show } from '@asktell/core';
import { invalidExpression } from './invalid-expression.ts';

/** The root of `params["learning-rate"]`, the form of names that are not identifiers. */
const root = 'params';
const identifier = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;
const reserved = new Set([
  'mod',
  'to',
  'in',
  'and',
  'xor',
  'or',
  'not',
  'true',
  'false',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  'end',
]);
/** Maximum number of names in an error message. */
const maxListed = 12;

/** Finds parameters by their paths in expressions. */
export class ParamNames {
  readonly #space: CompiledSpace;
  readonly #index: ReadonlyMap<string, number>;

  constructor(space: CompiledSpace) {
    this.#space = space;
    this.#index = new Map(space.params.map((param, i) => [param.name, i]));
  }

  /** Index of the parameter with this path, with or without a leading `params`, or `undefined`. */
  find(path: readonly string[]): number | undefined {
    const index = this.#index.get(path.join('.'));
    return index === undefined && path[0] === root && path.length > 1
      ? this.#index.get(path.slice(1).join('.'))
      : index;
  }

  /** The error of an unknown path. */
  unknown(source: string, at: number, path: readonly string[]): Error {
    const names = this.#space.params.map((param) => param.name);
    const name = (path[0] === root && path.length > 1 ? path.slice(1) : path).join('.');
    const meant = nearest(name, names);
    const cure = meant === undefined ? '' : ` Did you mean ${formatName(meant)}?`;
    const list = names.slice(0, maxListed).map(formatName).join(', ');
    const more = names.length > maxListed ? `, and ${names.length - maxListed} more` : '';
    return invalidExpression(source, at, `${show(name)} is not a parameter.${cure} The parameters are ${list}${more}.`);
  }
}

/** Formats a flat name as expressions write it. */
export function formatName(name: string): string {
  const [first = '', ...rest] = name.split('.');
  const plain = identifier.test(first) && !reserved.has(first) && rest.every((part) => identifier.test(part));
  return plain ? name : `${root}[${JSON.stringify(name)}]`;
}
