import type { PruneContext, PruneDecision, Pruner, PrunerFoldContext, StateFold } from 'asktell';

/** The worst report of complete trials by step, negated for `maximize`. */
type Worst = Map<number, number>;

/** Prunes a trial that is worse than every complete trial was at the same step. */
export class WorstPruner implements Pruner<Worst> {
  static readonly savedName = 'third-party-worst';
  readonly name = WorstPruner.savedName;
  readonly config = { version: 1, options: {} };
  readonly fold: StateFold<Worst, PrunerFoldContext> = {
    init: () => new Map(),
    absorb(worst, row, { history }) {
      if (history.state(row) !== 'complete') return;
      const sign = history.directions[0] === 'maximize' ? -1 : 1;
      const { steps, values } = history.reports(row);
      for (let i = 0; i < steps.length; i++) {
        const [step, value] = [steps[i] as number, sign * (values[i] as number)];
        if (!Number.isNaN(value)) worst.set(step, Math.max(worst.get(step) ?? Number.NEGATIVE_INFINITY, value));
      }
    },
    clone: (worst) => new Map(worst),
  };

  static fromConfig(): WorstPruner {
    return new WorstPruner();
  }

  decide(worst: Worst, { history, number, step }: PruneContext): PruneDecision {
    const sign = history.directions[0] === 'maximize' ? -1 : 1;
    const { steps, values } = history.reports(number);
    const at = Array.from(steps).indexOf(step);
    const known = worst.get(step);
    return { prune: at >= 0 && known !== undefined && sign * (values[at] as number) > known };
  }
}
