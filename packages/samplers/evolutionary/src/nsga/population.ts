import type { Parents } from '../genome/offspring.ts';
import type { Outcomes, Survival } from './survival.ts';

/** A measured trial. */
export interface Member {
  /** A point of the unit cube, NaN = inactive. Shared between clones of a population, read-only. */
  readonly genome: Float64Array;
  /** One number per objective, lower is better. */
  readonly losses: Float64Array;
  /** 0 = feasible. */
  readonly violation: number;
}

/**
 * The best `capacity` members so far. Steady state, a (μ + 1) strategy (Durillo et al. 2009,
 * doi:10.1007/978-3-642-01020-0_18): each new member joins, then the member that the survival rates worst is removed. Without
 * generations, results may arrive in any order and from any number of workers.
 */
export class Population implements Outcomes, Parents {
  readonly capacity: number;
  readonly objectives: number;
  size = 0;
  // The arrays have one row per member and one for the new member. They grow on demand, because few studies fill a very large
  // population.
  losses: Float64Array;
  violation: Float64Array;
  sorted: readonly Int32Array[];
  /** Merit of each member as a parent, lower is better. Not sorted, which tournament selection does not require. */
  rank: Float64Array;
  readonly #survival: Survival;
  readonly #genomes: Float64Array[] = [];
  /** Sequence number of joining of each member. */
  #age: Float64Array;
  #joined = 0;

  constructor(capacity: number, objectives: number, survival: Survival) {
    const rows = Math.min(capacity, 64) + 1;
    this.capacity = capacity;
    this.objectives = objectives;
    this.#survival = survival;
    this.losses = new Float64Array(rows * objectives);
    this.violation = new Float64Array(rows);
    this.sorted = Array.from({ length: objectives }, () => new Int32Array(rows));
    this.rank = new Float64Array(rows);
    this.#age = new Float64Array(rows);
  }

  #grow(): void {
    const rows = Math.min(this.capacity, 2 * this.size) + 1;
    this.losses = grown(this.losses, rows * this.objectives);
    this.violation = grown(this.violation, rows);
    this.sorted = this.sorted.map((order) => {
      const longer = new Int32Array(rows);
      longer.set(order);
      return longer;
    });
    this.rank = grown(this.rank, rows);
    this.#age = grown(this.#age, rows);
  }

  /** With several objectives there is no single loss, so the merit takes its place. */
  get loss(): Float64Array {
    return this.rank;
  }

  /** The genome of a row. Read-only. */
  genome(row: number): Float64Array {
    return this.#genomes[row] as Float64Array;
  }

  /** Whether a member has these genes. */
  has(genome: Float64Array): boolean {
    for (let row = 0; row < this.size; row++) if (isSame(this.#genomes[row] as Float64Array, genome)) return true;
    return false;
  }

  add({ genome, losses, violation }: Member): void {
    const row = this.size;
    if (row === this.rank.length) this.#grow();
    this.#genomes[row] = genome;
    this.losses.set(losses, row * this.objectives);
    this.violation[row] = violation;
    this.#age[row] = this.#joined++;
    for (let k = 0; k < this.objectives; k++) this.#insert(k, row);
    this.size++;
    this.#survival.judge(this, this.rank);
    if (this.size > this.capacity) this.#remove(this.#worst());
  }

  /** An independent copy. */
  clone(): Population {
    const copy = new Population(this.capacity, this.objectives, this.#survival);
    copy.size = this.size;
    copy.losses = this.losses.slice();
    copy.violation = this.violation.slice();
    copy.sorted = this.sorted.map((order) => order.slice());
    copy.rank = this.rank.slice();
    for (const genome of this.#genomes) copy.#genomes.push(genome);
    copy.#age = this.#age.slice();
    copy.#joined = this.#joined;
    return copy;
  }

  /** The row to remove. Among equally bad members the oldest, so that the population moves across plateaus. */
  #worst(): number {
    let worst = 0;
    for (let row = 1; row < this.size; row++) {
      const difference = (this.rank[row] as number) - (this.rank[worst] as number);
      if (difference > 0 || (difference === 0 && (this.#age[row] as number) < (this.#age[worst] as number)))
        worst = row;
    }
    return worst;
  }

  /** Inserts a new row into the order of an objective. */
  #insert(k: number, row: number): void {
    const order = this.sorted[k] as Int32Array;
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBefore(order[middle] as number, row, k)) low = middle + 1;
      else high = middle;
    }
    order.copyWithin(low + 1, low, this.size);
    order[low] = row;
  }

  /** Whether `a` comes before `b`: by loss `k`, then by all losses in lexicographic order. True if all are equal. */
  #isBefore(a: number, b: number, k: number): boolean {
    const { losses, objectives: m } = this;
    const [x, y] = [losses[a * m + k] as number, losses[b * m + k] as number];
    if (x !== y) return x < y;
    for (let i = 0; i < m; i++) {
      const [u, v] = [losses[a * m + i] as number, losses[b * m + i] as number];
      if (u !== v) return u < v;
    }
    return true;
  }

  /** Removes a row. The last row takes its place. */
  #remove(row: number): void {
    const last = --this.size;
    const m = this.objectives;
    for (const order of this.sorted) {
      const at = order.indexOf(row);
      order.copyWithin(at, at + 1, last + 1);
      if (row !== last) order[order.indexOf(last)] = row;
    }
    this.losses.copyWithin(row * m, last * m, (last + 1) * m);
    this.violation[row] = this.violation[last] as number;
    this.rank[row] = this.rank[last] as number;
    this.#age[row] = this.#age[last] as number;
    this.#genomes[row] = this.#genomes[last] as Float64Array;
    this.#genomes.length = last;
  }
}

function grown(old: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(old);
  return longer;
}

/** Whether all genes are equal. NaN equals NaN. */
function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  return true;
}
