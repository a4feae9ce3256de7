/** Which arm proposes next: in turn, and again the one that has just found a new best point. */
export class Rotation {
  readonly #arms: string;
  readonly #mostStays: number;
  readonly #names: string[];
  readonly #base: Float64Array;
  #decay: number;
  #floor: number;
  #turn = 0;
  #stays = 0;
  #staying: string | null = null;
  readonly #credit: boolean;
  #successes: Float64Array;
  #trials: Float64Array;
  #counters: Float64Array;

  constructor(arms: string, mostStays: number, credit = false, decay = 0.9, floor = 0.25) {
    this.#arms = arms;
    this.#mostStays = mostStays;
    this.#credit = credit;
    this.#decay = decay;
    this.#floor = floor;
    this.#names = [...new Set(arms)];
    this.#base = Float64Array.from(this.#names, (name) => [...arms].filter((arm) => arm === name).length);
    this.#successes = new Float64Array(this.#names.length);
    this.#trials = new Float64Array(this.#names.length);
    this.#counters = new Float64Array(this.#names.length);
  }

  /** A trial of an arm has finished. */
  finish(arm: string, improved: boolean): void {
    const k = this.#names.indexOf(arm);
    if (k >= 0) {
      this.#successes[k] = this.#decay * (this.#successes[k] as number) + (improved ? 1 : 0);
      this.#trials[k] = this.#decay * (this.#trials[k] as number) + 1;
    }
    if (improved && this.#stays < this.#mostStays) {
      this.#stays++;
      this.#staying = arm;
      return;
    }
    this.#stays = 0;
    this.#staying = null;
    this.#turn++;
    if (k >= 0) this.#count(this.#counters, k);
  }

  #count(counters: Float64Array, k: number): void {
    let total = 0;
    for (let a = 0; a < counters.length; a++) {
      const weight = this.#weight(a);
      counters[a] = (counters[a] as number) + weight;
      total += weight;
    }
    counters[k] = (counters[k] as number) - total;
  }

  #weight(a: number): number {
    const rate = ((this.#successes[a] as number) + 0.5) / ((this.#trials[a] as number) + 2);
    return (this.#base[a] as number) * (this.#floor + rate);
  }

  /**
   * @param pending arms of proposals that have not finished
   * @param since how many of them were made in this state
   */
  next(pending: readonly string[], since: number): string {
    if (this.#staying !== null && since === 0 && this.#arms.includes(this.#staying)) return this.#staying;
    if (!this.#credit) return this.#arms[(this.#turn + pending.length) % this.#arms.length] as string;
    const counters = this.#counters.slice();
    for (const arm of pending) {
      const k = this.#names.indexOf(arm);
      if (k >= 0) this.#count(counters, k);
    }
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let a = 0; a < counters.length; a++) {
      const value = (counters[a] as number) + this.#weight(a);
      if (value > highest) {
        highest = value;
        best = a;
      }
    }
    return this.#names[best] as string;
  }

  clone(): Rotation {
    const copy = new Rotation(this.#arms, this.#mostStays, this.#credit, this.#decay, this.#floor);
    copy.#turn = this.#turn;
    copy.#stays = this.#stays;
    copy.#staying = this.#staying;
    copy.#successes = this.#successes.slice();
    copy.#trials = this.#trials.slice();
    copy.#counters = this.#counters.slice();
    return copy;
  }
}
