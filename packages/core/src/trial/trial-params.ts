import { describe, sameDistribution, toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { FlatList } from '../space/params-object.ts';
import type { TrialOp } from '../storage/storage.ts';

/** Looked up by a scan up to this many, by a map beyond. */
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

  /** Position of a name, -1 when it is new. */
  find(name: string): number {
    if (this.names.length <= scanLimit) return this.names.indexOf(name);
    this.#index ??= new Map(this.names.map((known, i) => [known, i]));
    return this.#index.get(name) ?? -1;
  }

  /**
   * The same name again gives the same value, if it is asked for in the same way.
   * @throws AsktellError `space-conflict`
   */
  again(at: number, dist: Distribution): Scalar {
    const known = this.dists[at] as Distribution;
    if (sameDistribution(known, dist)) return toExternal(known, this.x[at] as number);
    throw new AsktellError(
      'space-conflict',
      `Trial ${this.#number} has ${show(this.names[at])} as ${describe(known)} and cannot have it as ${describe(dist)}, too; use another name.`,
    );
  }

  /** Operations that store what is not stored yet; from now on it counts as stored. */
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

  /** The last `count` of them could not be stored after all. */
  restore(count: number): void {
    this.#stored -= count;
  }
}
