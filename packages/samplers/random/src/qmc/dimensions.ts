import { type CompiledSpace, type Distribution, isSingle, type TrialHistory } from '@asktell/core';

/**
 * Maps flat parameter names to dimensions of the sequence. Parameters with a single value have no dimension. In a declared
 * space dimensions follow the order of the parameters. In a define-by-run study a name gets a permanent dimension when it
 * first appears in a finished trial, so that new or dropped names do not change the points of the others.
 */
export class Dimensions {
  readonly #byName: Map<string, number>;
  readonly #max: number;

  constructor(byName: ReadonlyMap<string, number>, max: number) {
    this.#byName = new Map(byName);
    this.#max = max;
  }

  static declared({ params }: CompiledSpace): Dimensions {
    const names = params.filter(({ dist }) => !isSingle(dist)).map(({ name }) => name);
    return new Dimensions(new Map(names.map((name, i) => [name, i])), names.length);
  }

  get size(): number {
    return this.#byName.size;
  }

  /** The dimension of a parameter, `undefined` if it has none. */
  of(name: string): number | undefined {
    return this.#byName.get(name);
  }

  /** Assigns dimensions to the new parameters of a trial, sorted by name because the order of suggestions may vary. */
  learn(row: number, history: TrialHistory): void {
    const { names, dists } = history.params(row);
    const newNames = names.filter((name, i) => !this.#byName.has(name) && !isSingle(dists[i] as Distribution));
    for (const name of newNames.sort()) if (this.#byName.size < this.#max) this.#byName.set(name, this.#byName.size);
  }

  clone(): Dimensions {
    return new Dimensions(this.#byName, this.#max);
  }
}
