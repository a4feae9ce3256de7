import { sameDistribution } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { spaceId } from '../space/space-id.ts';
import type { RowParams, TrialHistory } from './history.ts';
import type { StateFold } from './state-fold.ts';

/**
 * The parameters that all complete trials of a define-by-run study have in common, with equal distributions. The list never
 * grows. Optuna calls it the intersection search space.
 */
export interface ObservedState {
  params: readonly { readonly name: string; readonly dist: Distribution }[] | null;
  space: CompiledSpace;
}

/** A space of parameters that trials have suggested. They are unconditional and unconstrained. */
export function observedSpace(
  params: readonly { readonly name: string; readonly dist: Distribution }[],
): CompiledSpace {
  const specs = params.map(({ name, dist }) => ({ name, dist, when: null }));
  return { id: `observed-${spaceId(specs)}`, origin: 'observed', params: specs, allows: null };
}

const empty = observedSpace([]);

export const observedFold: StateFold<ObservedState, TrialHistory> = {
  init: () => ({ params: null, space: empty }),
  absorb(state, row, history) {
    if (history.state(row) !== 'complete') return;
    const own = history.params(row);
    if (state.params === null)
      state.params = own.names.map((name, i) => ({ name, dist: own.dists[i] as Distribution }));
    else if (isUnchanged(state.params, own)) return;
    else {
      state.params = state.params.filter(({ name, dist }) => {
        const other = own.dists[own.names.indexOf(name)];
        return other !== undefined && sameDistribution(dist, other);
      });
    }
    state.space = observedSpace(state.params);
  },
  clone: (state) => ({ ...state }),
};

/** Whether a trial has all of the parameters, with equal distributions. */
function isUnchanged(params: NonNullable<ObservedState['params']>, { names, dists }: RowParams): boolean {
  for (let i = 0; i < params.length; i++) {
    const { name, dist } = params[i] as (typeof params)[number];
    // Fast path: trials usually suggest in the same order.
    const at = names[i] === name ? i : names.indexOf(name);
    if (at < 0 || !sameDistribution(dist, dists[at] as Distribution)) return false;
  }
  return true;
}
