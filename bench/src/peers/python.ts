import { fileURLToPath } from 'node:url';
import { type ChildOptions, runJson, timeProcess } from '../child.ts';
import { findPython, singleThreaded } from './environment.ts';

/** A peer library. */
export type Library = 'optuna' | 'rustuna';

const script = fileURLToPath(new URL('../../src/peers/peer.py', import.meta.url));

const wholeProcess = fileURLToPath(new URL('../../src/peers/whole_process.py', import.meta.url));

/** A measurement of a peer. `kind` is the name of a function in peer.py. */
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
  | { readonly kind: 'load'; readonly path: string; readonly runs: number }
  | { readonly kind: 'has_gp' };

/** The installed peers. */
export interface Peers {
  readonly versions: { readonly python: string; readonly optuna: string; readonly rustuna: string };
  measure<T>(library: Library, task: PeerTask, options?: ChildOptions): Promise<T>;
  /**
   * Milliseconds of a whole process on one core.
   * @param library `null` for a bare Python
   * @param args arguments of whole_process.py
   */
  time(library: Library | null, args: readonly string[]): Promise<number>;
}

/**
 * Finds Optuna and Rustuna with {@link findPython}.
 * @returns the peers, or the reason why they are missing
 */
export function findPeers(): Peers | string {
  // CMA-ES of both peers needs the package cmaes.
  const found = findPython({ optuna: '5.0.0', rustuna: '0.2.0', cmaes: '0.13.1' });
  if (typeof found === 'string') return found;
  return {
    versions: found.versions as Peers['versions'],
    measure: (library, task, options = {}) =>
      runJson([found.python, script, library, JSON.stringify(task)], { ...options, env: singleThreaded() }),
    time: (library, args) =>
      timeProcess([found.python, ...(library === null ? ['-c', ''] : [wholeProcess, library, ...args])], {
        pinned: true,
        env: singleThreaded(),
      }),
  };
}
