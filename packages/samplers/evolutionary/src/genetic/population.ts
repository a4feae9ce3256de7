import type { Parents } from '../genome/offspring.ts';
import { leaver } from '../operators/elitism.ts';
import { compareMerit, type Merit } from '../outcome/merit.ts';

interface Member {
  readonly genome: Float64Array;
  readonly merit: Merit;
  /** When it joined: a running number. */
  readonly age: number;
}

/**
 * A steady-state population (Whitley 1989): every measured genome joins at once, and one leaves when there are too many.
 * Members are kept best first, the newer one first among equals, so that a plateau is walked on, not stood on.
 *
 * Growth: O(capacity) for each genome that joins.
 */
export class Population implements Parents {
  readonly #capacity: number;
  readonly #elite: number;
  readonly #members: Member[] = [];
  #joined = 0;
  readonly rank: number[] = [];
  readonly loss: number[] = [];

  /**
   * @param capacity most members, 1 at least
   * @param elite how many of the best never leave for being old
   */
  constructor(capacity: number, elite: number) {
    this.#capacity = capacity;
    this.#elite = elite;
  }

  get size(): number {
    return this.#members.length;
  }

  /** The genome at a position, best first. Do not write. */
  genome(position: number): Float64Array {
    return (this.#members[position] as Member).genome;
  }

  /** Whether a member has these genes, but for rounding. */
  has(genome: Float64Array): boolean {
    return this.#members.some((member) => isSame(member.genome, genome));
  }

  join(genome: Float64Array, merit: Merit): void {
    const members = this.#members;
    let [low, high] = [0, members.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareMerit((members[middle] as Member).merit, merit) < 0) low = middle + 1;
      else high = middle;
    }
    members.splice(low, 0, { genome, merit, age: this.#joined++ });
    if (members.length > this.#capacity) members.splice(this.#leaver(), 1);
    this.#refresh();
  }

  #leaver(): number {
    const { length } = this.#members;
    if (this.#elite >= this.#capacity) return length - 1;
    return leaver(
      this.#members.map(({ age }) => age),
      length,
      this.#elite,
    );
  }

  /** Rank and loss of each position. Losses of lower tiers do not compare with those of the best. */
  #refresh(): void {
    const best = this.#members[0]?.merit.tier;
    for (let i = 0; i < this.#members.length; i++) {
      const { merit } = this.#members[i] as Member;
      const isTied = i > 0 && compareMerit((this.#members[i - 1] as Member).merit, merit) === 0;
      this.rank[i] = isTied ? (this.rank[i - 1] as number) : i;
      this.loss[i] = merit.tier === best ? merit.loss : Number.POSITIVE_INFINITY;
    }
  }

  clone(): Population {
    const copy = new Population(this.#capacity, this.#elite);
    for (const member of this.#members) copy.#members.push(member);
    copy.#joined = this.#joined;
    copy.#refresh();
    return copy;
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i] as number, b[i] as number];
    if (!(Math.abs(u - v) < 1e-9 || (Number.isNaN(u) && Number.isNaN(v)))) return false;
  }
  return true;
}
