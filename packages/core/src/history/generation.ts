import type { Folding } from './fold.ts';
import type { RecordStore } from './record-store.ts';

/** The highest number of a generation that a finished trial carries, 0 when none does. */
export interface GenerationState {
  highest: number;
}

/**
 * Folds the numbers that Optuna's genetic samplers write to their trials. Ours are steady state and have no generations: to
 * Optuna the trials of a whole study are one, whose best become the parents of its next. Numbers that grew with every
 * population would say no more, and Optuna goes through them recursively: after some 500 it raises `RecursionError`.
 */
export function generationFolding(store: RecordStore, key: string): Folding<GenerationState> {
  return {
    init: () => ({ highest: 0 }),
    absorb: (state, row) => {
      const number = store.table.attrs(row, 'system')?.get(key);
      if (typeof number === 'number' && Number.isSafeInteger(number) && number > state.highest) state.highest = number;
    },
    clone: (state) => ({ ...state }),
  };
}
