import type { Distribution, TrialRecord } from '@asktell/core';

/**
 * Collects the parameters of one trial after another. Most trials have the names and distributions of the previous trial
 * and share its lists, which saves most of the memory of a large study.
 */
export class ParamLists {
  #names: string[] = [];
  #dists: Distribution[] = [];
  #x: number[] = [];
  #order: number[] = [];
  #sorted = true;
  #lastNames: readonly string[] = [];
  #lastDists: readonly Distribution[] = [];

  /** @param order `param_id`, which ascends in the order of suggestion */
  add(name: string, dist: Distribution, x: number, order: number): void {
    if (this.#order.length > 0 && order < (this.#order[this.#order.length - 1] as number)) this.#sorted = false;
    this.#names.push(name);
    this.#dists.push(dist);
    this.#x.push(x);
    this.#order.push(order);
  }

  /** Moves the collected parameters to a trial. A trial without parameters keeps its empty lists. */
  moveTo(trial: { names: readonly string[]; dists: readonly Distribution[]; x: TrialRecord['x'] }): void {
    if (this.#names.length === 0) return;
    if (!this.#sorted) this.#sort();
    this.#lastNames = shared(this.#names, this.#lastNames);
    this.#lastDists = shared(this.#dists, this.#lastDists);
    trial.names = this.#lastNames;
    trial.dists = this.#lastDists;
    trial.x = this.#x;
    this.clear();
  }

  /** Discards the collected parameters. */
  clear(): void {
    this.#names.length = 0;
    this.#dists.length = 0;
    this.#x = [];
    this.#order.length = 0;
    this.#sorted = true;
  }

  #sort(): void {
    const by = this.#order.map((_, i) => i).sort((i, j) => (this.#order[i] as number) - (this.#order[j] as number));
    this.#names = by.map((i) => this.#names[i] as string);
    this.#dists = by.map((i) => this.#dists[i] as Distribution);
    this.#x = by.map((i) => this.#x[i] as number);
  }
}

function shared<T>(items: readonly T[], last: readonly T[]): readonly T[] {
  if (items.length !== last.length) return items.slice();
  for (let i = 0; i < items.length; i++) if (items[i] !== last[i]) return items.slice();
  return last;
}
