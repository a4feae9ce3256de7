import { type CompiledSpace, show } from '@asktell/core';
import { invalidExpression } from './invalid-expression.ts';
import { nearest } from './nearest.ts';

/** What `params["learning-rate"]` begins with: the way to a name that is no identifier. */
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
const shown = 12;

/** Finds parameters by the paths that expressions write. */
export class ParamNames {
  readonly #space: CompiledSpace;
  readonly #index: ReadonlyMap<string, number>;

  constructor(space: CompiledSpace) {
    this.#space = space;
    this.#index = new Map(space.params.map((param, i) => [param.name, i]));
  }

  /** Index of the parameter with this path, with or without `params` before it; `undefined` when there is none. */
  find(path: readonly string[]): number | undefined {
    const index = this.#index.get(path.join('.'));
    return index === undefined && path[0] === root && path.length > 1
      ? this.#index.get(path.slice(1).join('.'))
      : index;
  }

  /** The error for a path that leads nowhere. */
  unknown(source: string, at: number, path: readonly string[]): Error {
    const names = this.#space.params.map((param) => param.name);
    const name = (path[0] === root && path.length > 1 ? path.slice(1) : path).join('.');
    const meant = nearest(name, names);
    const cure = meant === undefined ? '' : ` Did you mean ${written(meant)}?`;
    const list = names.slice(0, shown).map(written).join(', ');
    const more = names.length > shown ? `, and ${names.length - shown} more` : '';
    return invalidExpression(source, at, `there is no parameter ${show(name)}.${cure} The space has ${list}${more}.`);
  }
}

/** A flat name as an expression would write it. */
export function written(name: string): string {
  const [first = '', ...rest] = name.split('.');
  const plain = identifier.test(first) && !reserved.has(first) && rest.every((part) => identifier.test(part));
  return plain ? name : `${root}[${JSON.stringify(name)}]`;
}
