import type { Makers } from './makers.ts';

/**
 * What loads the rest. Imported by what makes studies only, and handed on to what is loaded: so that may import the study
 * itself, and bundlers keep what pages download at first in one piece.
 */
export interface Lazy {
  /** Uses what `seldom.ts` holds. */
  readonly seldom: Seldom;
  /** What makes studies that look at their history. */
  readonly learning: () => Promise<Makers>;
}

export type Seldom = <T>(use: (loaded: typeof import('./seldom.ts')) => T) => Promise<Awaited<T>>;

export const lazy: Lazy = {
  async seldom<T>(use: (loaded: typeof import('./seldom.ts')) => T): Promise<Awaited<T>> {
    return await use(await import('./seldom.ts'));
  },
  learning: async () => (await import('./learning.ts')).makers,
};
