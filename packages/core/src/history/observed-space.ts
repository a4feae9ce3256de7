import { sameDistribution } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { spaceId } from '../space/space-id.ts';
import type { Folding } from './fold.ts';
import type { RecordStore } from './record-store.ts';

/**
 * What all completed trials have in common: the parameters that a define-by-run objective is known to ask for, with equal
 * distributions. It only ever shrinks. Optuna's intersection search space.
 */
export interface ObservedState {
  params: { readonly name: string; readonly dist: Distribution }[] | null;
  space: CompiledSpace;
}

/** A space that trials of a define-by-run study turned out to have. Always active, unconstrained. */
export function observedSpace(
  params: readonly { readonly name: string; readonly dist: Distribution }[],
): CompiledSpace {
  const specs = params.map(({ name, dist }) => ({ name, dist, when: null }));
  return { id: `observed-${spaceId(specs)}`, origin: 'observed', params: specs, allows: null };
}

const empty = observedSpace([]);

export function observedFolding(store: RecordStore): Folding<ObservedState> {
  return {
    init: () => ({ params: null, space: empty }),
    absorb: (state, row) => {
      if (store.state(row) !== 'complete') return;
      if (state.params === null) {
        state.params = store.table
          .names(row)
          .map((name) => ({ name, dist: store.distribution(row, name) as Distribution }));
      } else {
        const kept = state.params.filter(({ name, dist }) => {
          const other = store.distribution(row, name);
          return other !== undefined && sameDistribution(dist, other);
        });
        if (kept.length === state.params.length) return;
        state.params = kept;
      }
      state.space = observedSpace(state.params);
    },
    clone: (state) => ({ ...state }),
  };
}
