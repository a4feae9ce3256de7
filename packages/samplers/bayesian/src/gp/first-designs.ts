import { SobolSequence } from '@asktell/numerics';
import { LogProduct } from './acquisition/acquisition.ts';
import type { Suggestion } from './arms/arm.ts';
import type { Ask } from './ask.ts';
import { addSpread, Designs } from './search/candidates.ts';
import type { Found } from './search/climb.ts';
import { placeInBox } from './search/domain.ts';
import type { Steps } from './steps.ts';

/** Maximum number of points of the sequence that are tried. */
const mostTries = 256;
/** Number of designs of the sequence. */
const mostFirst = 8;
/** Distance in the sequence between two tries of one trial. */
const stride = 7919;

/**
 * Designs for trials before the first value: the centre of the space with random choices, then points of a Sobol
 * sequence. Trial n takes point n, so that parallel workers spread out. The sequence depends on the seed, so that studies
 * with different seeds do not start with the same points. After failures, the points that are most likely to succeed.
 */
export function* firstDesigns(ask: Ask): Steps<Suggestion> {
  const { state, ctx, domain, rng, pending } = ask;
  const { encoding } = state;
  const d = encoding.axes.length;
  if (d === 0) return { found: [{ design: new Float64Array(0), value: 0 }], predictors: [] };
  const columns = new Float64Array(encoding.columns);
  const isNew = (design: Float64Array): boolean => {
    encoding.toColumns(design, 0, columns, 0);
    return !domain.isTaken(columns, 0) && domain.accepts?.(design, 0) !== false;
  };
  const found: Found[] = [];
  const unit = new Float64Array(d);
  if (state.observations.length === 0 && pending.length === 0) {
    const design = new Float64Array(d);
    for (let a = 0; a < d; a++) unit[a] = encoding.axes[a]?.kind === 'choice' ? rng.float() : 0.5;
    placeInBox(domain, unit, design, 0);
    if (isNew(design)) found.push({ design, value: 0 });
  }
  if (state.failures > 0) return { found: [...found, ...(yield* likelyDesigns(ask))], predictors: [] };
  const sobol = d <= SobolSequence.maxDimensions ? new SobolSequence(d, { scramble: 'owen', seed: state.seed }) : null;
  for (let k = 0; k < mostTries && found.length < ctx.attempt + mostFirst; k++) {
    for (let a = 0; a < d; a++)
      unit[a] = sobol === null ? rng.float() : sobol.coordinate((ctx.trial.number + k * stride) % 2 ** 31, a);
    const design = new Float64Array(d);
    placeInBox(domain, unit, design, 0);
    if (isNew(design)) found.push({ design, value: 0 });
  }
  return { found, predictors: [] };
}

/**
 * Designs of earlier studies, the best first, for trials before the first result of this study. They show at once how
 * much the studies have in common.
 */
export function bestEarlierDesigns(ask: Ask): Suggestion {
  const { domain, ranked, state } = ask;
  const { encoding } = state;
  const columns = new Float64Array(encoding.columns);
  const found: Found[] = [];
  for (const observation of ranked) {
    const design = ask.fill(observation);
    for (let a = 0; a < design.length; a++) {
      const settled = domain.choices[a] as number;
      if (settled >= 0) design[a] = settled;
      else if (domain.lower[a] === domain.upper[a]) design[a] = domain.lower[a] as number;
    }
    encoding.toColumns(design, 0, columns, 0);
    if (!domain.isTaken(columns, 0) && domain.accepts?.(design, 0) !== false) found.push({ design, value: Number.NaN });
  }
  return { found, predictors: [] };
}

/** Space-filling designs, the most likely to succeed first. */
function* likelyDesigns(ask: Ask): Steps<readonly Found[]> {
  const { state, domain, rng } = ask;
  const { encoding, recipe } = state;
  const d = encoding.axes.length;
  const designs = new Designs(d, recipe.effort.spread);
  addSpread(designs, domain, recipe.effort.spread, rng, null);
  const columns = new Float64Array(designs.size * encoding.columns);
  const kept: number[] = [];
  for (let c = 0; c < designs.size; c++) {
    const at = kept.length * encoding.columns;
    encoding.toColumns(designs.values, c * d, columns, at);
    if (!domain.isTaken(columns, at)) kept.push(c);
  }
  const values = new Float64Array(kept.length);
  new LogProduct(yield* ask.chances()).values(columns, kept.length, values);
  return kept
    .map((c, k) => ({ design: designs.values.slice(c * d, (c + 1) * d), value: values[k] as number }))
    .sort((a, b) => b.value - a.value);
}
