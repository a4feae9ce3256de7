import { type CompiledSpace, type Distribution, isSingle, type TrialHistory } from '@asktell/core';

/**
 * Which dimension of the sequence each parameter has, by flat name; parameters with a single value have none. In a declared space the
 * order of parameters decides. A define-by-run study hands out dimensions for good, as names turn up in finished trials: when another name
 * turns up, or one is dropped, the others stay as even as they were.
 */
export class Dimensions {
  readonly #byName: Map<string, number>;
  readonly #most: number;

  constructor(byName: ReadonlyMap<string, number>, most: number) {
    this.#byName = new Map(byName);
    this.#most = most;
  }

  static declared({ params }: CompiledSpace): Dimensions {
    const names = params.filter(({ dist }) => !isSingle(dist)).map(({ name }) => name);
    return new Dimensions(new Map(names.map((name, i) => [name, i])), names.length);
  }

  get size(): number {
    return this.#byName.size;
  }

  /** `undefined` for a parameter that has no dimension, or none yet. */
  of(name: string): number | undefined {
    return this.#byName.get(name);
  }

  /** Gives the new parameters of a trial dimensions, in the order of their names: which one is suggested first depends on chance. */
  learn(row: number, history: TrialHistory): void {
    const { names, dists } = history.params(row);
    const fresh = names.filter((name, i) => !this.#byName.has(name) && !isSingle(dists[i] as Distribution));
    for (const name of fresh.sort()) if (this.#byName.size < this.#most) this.#byName.set(name, this.#byName.size);
  }

  clone(): Dimensions {
    return new Dimensions(this.#byName, this.#most);
  }
}
