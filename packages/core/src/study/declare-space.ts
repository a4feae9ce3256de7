import { andThen } from '../awaitable.ts';
import { AsktellError, show } from '../errors.ts';
import type { Awaitable } from '../json.ts';
import { compileSpace, withAllows } from '../space/compile.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Space } from '../space/infer.ts';
import { consoleEnvironment, type StudyEnvironment } from './study-options.ts';

/** Compiles spaces, once per object. */
export class DeclaredSpaces {
  readonly #environment: StudyEnvironment;
  readonly #compiled = new WeakMap<Space, DeclaredSpace>();

  constructor(environment: StudyEnvironment) {
    this.#environment = environment;
  }

  /** Synchronous for a known space, and for one without expressions. */
  get(space: Space): Awaitable<DeclaredSpace> {
    const known = this.#compiled.get(space);
    if (known !== undefined) return known;
    return andThen(declareSpace(space, this.#environment), (declared) => {
      this.#compiled.set(space, declared);
      return declared;
    });
  }
}

/**
 * Checks and flattens a space and compiles its expressions.
 * @throws AsktellError `invalid-space`, `invalid-distribution`, `invalid-expression`, `missing-dependency`
 */
export function declareSpace(
  space: Space,
  environment: StudyEnvironment = consoleEnvironment,
): Awaitable<DeclaredSpace> {
  const declared = compileSpace(space);
  const sources = declared.conditions.filter((condition) => typeof condition === 'string');
  if (sources.length === 0) return declared;
  const { compileExpression: compile } = environment;
  if (compile === null)
    throw new AsktellError(
      'missing-dependency',
      `The condition ${show(sources[0])} is an expression, which only the package asktell can compile. Use createStudy of asktell, or write a predicate.`,
    );
  return Promise.all(sources.map((source) => compile(source, declared.compiled))).then((predicates) =>
    withAllows(declared, (x) => predicates.every((predicate) => predicate(x))),
  );
}
