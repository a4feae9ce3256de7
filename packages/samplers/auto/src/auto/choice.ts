import type { ParentName } from './parents.ts';
import type { AutoRecipe } from './recipe.ts';
import type { Situation } from './situation.ts';

/** The sampler of one trial, and why. */
export interface Choice {
  readonly sampler: ParentName;
  /** A sentence for the user. */
  readonly reason: string;
}

/** The samplers that see a study from its first trial. */
export function firstParents({
  isCheap,
  objectives,
}: Pick<Situation, 'isCheap' | 'objectives'>): readonly ParentName[] {
  if (!isCheap) return ['gp', 'tpe'];
  return objectives === 1 ? ['tpe', 'cmaes'] : ['tpe', 'nsga-ii'];
}

/** The decision table of docs/auto.md. */
export function choose(situation: Situation, recipe: AutoRecipe): Choice {
  const { isCheap, objectives, hasGradients, hasOwnParams } = situation;
  if (hasGradients && objectives === 1)
    return { sampler: 'hypergradient', reason: 'Derivatives were told, so chains of steps follow them.' };
  if (hasOwnParams) return tpe('Some parameters are not in all trials, and TPE models which of them belong together.');
  if (isCheap) return objectives === 1 ? cheapChoice(situation, recipe) : cheapFront(situation, recipe);
  return objectives === 1 ? choiceByModels(situation, recipe) : frontByModels(situation, recipe);
}

const gp = (reason: string): Choice => ({ sampler: 'gp', reason });
const tpe = (reason: string): Choice => ({ sampler: 'tpe', reason });
const cmaes = (reason: string): Choice => ({ sampler: 'cmaes', reason });

function choiceByModels(situation: Situation, recipe: AutoRecipe): Choice {
  const { kind, isNoisy, isModelledNoisy, number, finished, total, hasCmaEs } = situation;
  const { modelTrials, mostModelTrials, widest, alternateAfter } = recipe;
  const isOdd = number % 2 === 1;
  if (kind.isConditional && kind.params > widest && isOdd && finished < mostModelTrials)
    return tpe('TPE searches all branches, and Gaussian processes refine the best one, in turn.');
  const early = earlyChoice(situation, recipe);
  if (early !== null && isModelledNoisy && isOdd && finished >= alternateAfter)
    return tpe('The values are noisy: TPE and Gaussian processes, in turn, are misled by different values.');
  if (early !== null) return early;
  if (total !== null && number < total && number >= total - endTrials(total, recipe))
    return gp(`The last ${endTrials(total, recipe)} of ${total} trials refine the best point.`);
  if (kind.numeric === 0)
    return tpe(`After ${mostModelTrials} trials of choices only, TPE proposes as well and faster.`);
  if (kind.isConditional)
    return tpe(`After ${mostModelTrials} trials of a space with branches, TPE proposes as well and faster.`);
  if (isNoisy) return tpe(`After ${mostModelTrials} noisy trials, TPE proposes faster than Gaussian processes.`);
  return hasCmaEs
    ? cmaes(`After ${modelTrials} trials, CMA-ES improves more than Gaussian processes, from the best of them.`)
    : tpe(`After ${modelTrials} trials, too few have values for CMA-ES.`);
}

/** Gaussian processes, while there are few trials. `null` afterwards. */
function earlyChoice({ kind, isNoisy, finished, total }: Situation, recipe: AutoRecipe): Choice | null {
  const { modelTrials, mostModelTrials } = recipe;
  if (finished < modelTrials) return gp(`Gaussian processes need the fewest trials, up to about ${modelTrials}.`);
  if (finished >= mostModelTrials) return null;
  if (total !== null && total <= mostModelTrials)
    return gp(`The total of ${total} trials is small enough for Gaussian processes.`);
  if (isNoisy) return gp('Gaussian processes average the noise.');
  if (kind.numeric === 0) return gp('All parameters are choices, which CMA-ES searches slowly.');
  return kind.isConditional ? gp('The space has branches, which CMA-ES searches slowly.') : null;
}

/** Number of trials at the end of a study that refine the best point. */
function endTrials(total: number, { endShare, mostEndTrials, mostEndTotal }: AutoRecipe): number {
  return total > mostEndTotal ? 0 : Math.min(Math.floor(endShare * total), mostEndTrials);
}

function frontByModels({ number, finished, objectives }: Situation, recipe: AutoRecipe): Choice {
  const { modelTrials, alternateAfter } = recipe;
  if (finished < alternateAfter) return gp(`Gaussian processes need the fewest trials, up to about ${modelTrials}.`);
  if (finished < modelTrials && number % 2 === 0)
    return gp(`Gaussian processes and TPE find different parts of a front.`);
  return tpe(
    finished < modelTrials
      ? 'Gaussian processes and TPE find different parts of a front.'
      : `After ${modelTrials} trials with ${objectives} objectives, TPE proposes as well and faster.`,
  );
}

function cheapChoice({ kind, isNoisy, total, finished }: Situation, recipe: AutoRecipe): Choice {
  const { cheapTotal, cheapTrials } = recipe;
  if (kind.numeric === 0) return tpe('Trials are cheap, and all parameters are choices.');
  if (kind.isConditional) return tpe('Trials are cheap, and the space has branches.');
  if (isNoisy) return tpe('Trials are cheap, and TPE is less misled by noise than CMA-ES.');
  if (total !== null && total >= cheapTotal) return cmaes(`Trials are cheap, and ${total} are enough for CMA-ES.`);
  if (total === null && finished >= cheapTrials)
    return cmaes(`Trials are cheap, and there are more than ${cheapTrials}.`);
  return tpe(
    total === null
      ? 'Trials are cheap, and their total is unknown.'
      : `Trials are cheap, and ${total} are too few for CMA-ES.`,
  );
}

function cheapFront({ objectives, total, finished }: Situation, { cheapFrontTotal }: AutoRecipe): Choice {
  if (total !== null && total >= cheapFrontTotal)
    return { sampler: 'nsga-ii', reason: `Trials are cheap, and ${total} are enough for NSGA-II.` };
  if (finished >= cheapFrontTotal)
    return { sampler: 'nsga-ii', reason: `Trials are cheap, and there are more than ${cheapFrontTotal}.` };
  return tpe(`Trials are cheap, with ${objectives} objectives, and too few for NSGA-II.`);
}
