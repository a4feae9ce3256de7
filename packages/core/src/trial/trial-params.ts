import { describe, sameDistribution, toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { FlatList } from '../space/params-object.ts';
import type { TrialOp } from '../storage/storage.ts';

/** Up to this many names are searched linearly. More are looked up in a map. */
const scanLimit = 24;

/** The parameters of a trial in progress, in order of suggestion, and how many of them are stored. */
export class TrialParams implements FlatList {
  readonly names: string[];
  readonly dists: Distribution[];
  readonly x: number[];
  readonly #number: number;
  #stored: number;
  #index: Map<string, number> | null = null;

  constructor(record: TrialRecord) {
    this.#number = record.number;
    this.names = record.names.slice();
    this.dists = record.dists.slice();
    this.x = Array.from(record.x);
    this.#stored = this.names.length;
  }

  add(name: string, dist: Distribution, x: number): void {
    this.#index?.set(name, this.names.length);
    this.names.push(name);
    this.dists.push(dist);
    this.x.push(x);
  }

  /** Index of a name, -1 if it is new. */
  find(name: string): number {
    if (this.names.length <= scanLimit) return this.names.indexOf(name);
    this.#index ??= new Map(this.names.map((known, i) => [known, i]));
    return this.#index.get(name) ?? -1;
  }

  /**
   * The external value of a parameter that is suggested again, with the same distribution.
   * @throws AsktellError `space-conflict`
   */
  again(at: number, dist: Distribution): Scalar {
    const known = this.dists[at] as Distribution;
    if (sameDistribution(known, dist)) return toExternal(known, this.x[at] as number);
    throw new AsktellError(
      'space-conflict',
      `Trial ${this.#number} has ${show(this.names[at])} as ${describe(known)} and cannot suggest it as ${describe(dist)}. Use another name.`,
    );
  }

  /** Takes the operations that store new parameters. These count as stored from then on. */
  takeOps(): TrialOp[] {
    const ops: TrialOp[] = [];
    for (let i = this.#stored; i < this.names.length; i++) {
      ops.push({
        kind: 'param',
        number: this.#number,
        name: this.names[i] as string,
        dist: this.dists[i] as Distribution,
        x: this.x[i] as number,
      });
    }
    this.#stored = this.names.length;
    return ops;
  }

  /** Undoes {@link takeOps} for the last `count` parameters, which could not be stored. */
  restore(count: number): void {
    this.#stored -= count;
  }
}
