import type { Parents } from '../genome/offspring.ts';
import { memberToRemove } from '../operators/elitism.ts';
import { compareMerit, type Merit } from '../outcome/merit.ts';

interface Member {
  readonly genome: Float64Array;
  readonly merit: Merit;
  /** Sequence number of joining. */
  readonly age: number;
}

/**
 * A steady-state population (Whitley 1989). Every measured genome joins, and a full population removes one member. Members are
 * sorted best first. Among equal members the newer one comes first, so that the population moves across plateaus.
 *
 * Cost: O(capacity) per genome.
 */
export class Population implements Parents {
  readonly #capacity: number;
  readonly #elite: number;
  readonly #members: Member[] = [];
  #joined = 0;
  readonly rank: number[] = [];
  readonly loss: number[] = [];

  /**
   * @param capacity maximum number of members, at least 1
   * @param elite number of best members that age does not remove
   */
  constructor(capacity: number, elite: number) {
    this.#capacity = capacity;
    this.#elite = elite;
  }

  get size(): number {
    return this.#members.length;
  }

  /** The genome at a position, best first. Read-only. */
  genome(position: number): Float64Array {
    return (this.#members[position] as Member).genome;
  }

  /** Whether a member has these genes, up to rounding. */
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
    if (members.length > this.#capacity) members.splice(this.#toRemove(), 1);
    this.#refresh();
  }

  #toRemove(): number {
    const { length } = this.#members;
    if (this.#elite >= this.#capacity) return length - 1;
    return memberToRemove(
      this.#members.map(({ age }) => age),
      length,
      this.#elite,
    );
  }

  /** Updates rank and loss of each position. Losses outside the best tier are not comparable and become infinite. */
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
