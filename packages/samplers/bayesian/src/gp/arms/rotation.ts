import type { Arm, GpRecipe } from '../recipe.ts';

/** Selects the arm that proposes next. Arms take turns. One that has just found a new best point proposes again. */
export class Rotation {
  readonly #recipe: Pick<GpRecipe, 'arms' | 'mostStays'>;
  #turn = 0;
  #stays = 0;
  #staying: Arm | null = null;

  constructor(recipe: Pick<GpRecipe, 'arms' | 'mostStays'>) {
    this.#recipe = recipe;
  }

  /** Takes note of a finished trial that an arm proposed. */
  finish(arm: Arm, improved: boolean): void {
    if (improved && this.#stays < this.#recipe.mostStays) {
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
    const { arms } = this.#recipe;
    if (this.#staying !== null && since === 0) return this.#staying;
    return arms[(this.#turn + pending) % arms.length] as Arm;
  }

  clone(): Rotation {
    const copy = new Rotation(this.#recipe);
    copy.#turn = this.#turn;
    copy.#stays = this.#stays;
    copy.#staying = this.#staying;
    return copy;
  }
}
