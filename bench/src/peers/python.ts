import { fileURLToPath } from 'node:url';
import { type ChildOptions, runJson } from '../child.ts';
import { findPython, oneThread } from './environment.ts';

export type Library = 'optuna' | 'rustuna';

const script = fileURLToPath(new URL('../../src/peers/peer.py', import.meta.url));

/** What a peer is asked to measure: `kind` is a function of peer.py. */
export type PeerTask =
  | { readonly kind: 'memory_speed'; readonly trials: number; readonly dimensions: number; readonly runs: number }
  | { readonly kind: 'memory_size'; readonly trials: number; readonly dimensions: number }
  | {
      readonly kind: 'search';
      readonly sampler: string;
      readonly trials: number;
      readonly dimensions: number;
      readonly mixed: boolean;
      readonly objectives: number;
      readonly runs: number;
    }
  | {
      readonly kind: 'ask_cost';
      readonly sampler: string;
      readonly finished: readonly number[];
      readonly dimensions: number;
      readonly asks: number;
    }
  | { readonly kind: 'sqlite' | 'worker'; readonly path: string; readonly trials: number }
  | { readonly kind: 'load'; readonly path: string; readonly runs: number };

/** The peers, ready to be measured. */
export interface Peers {
  readonly versions: { readonly python: string; readonly optuna: string; readonly rustuna: string };
  measure<T>(library: Library, task: PeerTask, options?: ChildOptions): Promise<T>;
}

/**
 * The peers of {@link findPython}.
 * @returns a reason where that cannot be
 */
export function findPeers(): Peers | string {
  // Both peers' CMA-ES needs cmaes.
  const found = findPython({ optuna: '5.0.0', rustuna: '0.2.0', cmaes: '0.13.1' });
  if (typeof found === 'string') return found;
  return {
    versions: found.versions as Peers['versions'],
    measure: (library, task, options = {}) =>
      runJson([found.python, script, library, JSON.stringify(task)], { ...options, env: oneThread() }),
  };
}
