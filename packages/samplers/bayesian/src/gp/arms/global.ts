import type { Ask } from '../ask.ts';
import type { Placement } from '../search/candidates.ts';
import { type Domain, placeInBox } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { Steps } from '../steps.ts';
import { improvement, type Suggestion } from './arm.ts';

/** The early trust region does not restrict axes with at most this many cells. */
const fewCells = 5;

/**
 * Expected improvement over the whole space. While there are few observations, only points close to one of them are
 * considered, because a model knows little about points far away (Song et al., The Vizier Gaussian process bandit
 * algorithm, 2024).
 */
export function* globalArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng } = ask;
  const { effort } = state.recipe;
  const objective = yield* ask.objective();
  const d = state.encoding.axes.length;
  const reach = 0.2 + (0.3 * state.valued.length) / (5 * (d + 1));
  const acquisition = yield* improvement(ask, objective.process, objective.incumbent);
  const predictors = [objective];
  if (reach > 0.5) return { found: yield* maximise(acquisition, domain, ask.best, effort, rng), predictors };
  const { isNear, place } = nearObservations(ask, reach);
  const { accepts } = domain;
  const inside: Domain = {
    ...domain,
    accepts: (design, start) => isNear(design, start) && (accepts === null || accepts(design, start)),
  };
  return { found: yield* maximise(acquisition, inside, ask.best, effort, rng, place), predictors };
}

/** The union of boxes around the observations. */
function nearObservations(
  { state, domain, rng }: Ask,
  reach: number,
): { readonly isNear: (design: Float64Array, start: number) => boolean; readonly place: Placement } {
  const { encoding, valued } = state;
  const { axes, columnOf } = encoding;
  const bound = axes.flatMap(({ kind, cells }, a) => (kind === 'choice' || cells <= fewCells ? [] : [a]));
  const isNear = (design: Float64Array, start: number): boolean =>
    valued.some(({ point }) =>
      bound.every(
        (a) =>
          Math.abs((design[start + a] as number) - (point[columnOf[a] as number] as number)) <= reach + 1e-9 ||
          !encoding.isActive(a, design, start),
      ),
    );
  const centre = new Float64Array(axes.length);
  const place: Placement = (unit, out, start) => {
    placeInBox(domain, unit, out, start);
    encoding.toDesign((valued[rng.int(0, valued.length - 1)] as { readonly point: Float64Array }).point, 0, centre);
    for (const a of bound) {
      const c = centre[a] as number;
      if (Number.isNaN(c)) continue;
      const low = Math.max(domain.lower[a] as number, c - reach);
      const high = Math.min(domain.upper[a] as number, c + reach);
      if (low < high) out[start + a] = encoding.snap(a, low + (unit[a] as number) * (high - low));
    }
  };
  return { isNear, place };
}
