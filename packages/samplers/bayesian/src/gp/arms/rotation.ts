import type { Arm } from '../recipe.ts';

/** Selects the arm that proposes next. Arms take turns. One that has just found a new best point proposes again. */
export class Rotation {
  readonly #arms: readonly Arm[];
  readonly #mostStays: number;
  #turn = 0;
  #stays = 0;
  #staying: Arm | null = null;

  /** @param mostStays how often in a row an arm that finds a new best point proposes again */
  constructor(arms: readonly Arm[], mostStays: number) {
    this.#arms = arms;
    this.#mostStays = mostStays;
  }

  /** Takes note of a finished trial that an arm proposed. */
  finish(arm: Arm, improved: boolean): void {
    if (improved && this.#stays < this.#mostStays) {
      this.#stays++;
      this.#staying = arm;
      return;
    }
    this.#stays = 0;
    this.#staying = null;
    this.#turn++;
  }

  /**
   * @param pending number of running trials that an arm proposed
   * @param since number of those that were asked since the last trial finished
   */
  next(pending: number, since: number): Arm {
    if (this.#staying !== null && since === 0) return this.#staying;
    return this.#arms[(this.#turn + pending) % this.#arms.length] as Arm;
  }

  clone(): Rotation {
    const copy = new Rotation(this.#arms, this.#mostStays);
    copy.#turn = this.#turn;
    copy.#stays = this.#stays;
    copy.#staying = this.#staying;
    return copy;
  }
}
