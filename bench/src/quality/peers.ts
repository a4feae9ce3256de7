import { fileURLToPath } from 'node:url';
import { type ExpensivePeer, expensivePackages, expensivePeers } from './expensive-peers.ts';
import type { SamplerSpec } from './run.ts';

/** Samplers of the peers that are cheap enough to run live, and what they can do. */
export const peerSamplers: {
  readonly [name: string]: { readonly several: boolean; readonly floatsOnly: boolean };
} = {
  'optuna-tpe': { several: true, floatsOnly: false },
  'optuna-random': { several: true, floatsOnly: false },
  'optuna-qmc': { several: true, floatsOnly: false },
  'optuna-cmaes': { several: false, floatsOnly: false },
  'optuna-nsga2': { several: true, floatsOnly: false },
  'optuna-nsga3': { several: true, floatsOnly: false },
  'optuna-gp': { several: true, floatsOnly: false },
  'pycma-bipop': { several: false, floatsOnly: true },
};

/** Whom a sampler of ours is compared with when nothing is said: the peer's of the same name, else Optuna's default. */
export function defaultOpponent(name: string): string {
  const same: { readonly [name: string]: string } = {
    random: 'optuna-random',
    qmc: 'optuna-qmc',
    cmaes: 'optuna-cmaes',
    'nsga-ii': 'optuna-nsga2',
    'nsga-iii': 'optuna-nsga3',
    gp: 'optuna-gp',
  };
  return same[name] ?? 'optuna-tpe';
}

/** Whether Python runs it. */
export function isPeer(sampler: SamplerSpec): boolean {
  return Object.hasOwn(peerSamplers, sampler.name) || isExpensive(sampler);
}

/** Whether it has an environment of its own, and runs that are kept. */
export function isExpensive({ name }: SamplerSpec): boolean {
  return Object.hasOwn(expensivePeers, name);
}

/** Where a peer runs: the name of its environment below .peers, `''` for .peers itself, and the script there. */
export interface PeerHome {
  readonly environment: ExpensivePeer['environment'] | '';
  readonly script: string;
}

export function homeOf({ name }: SamplerSpec): PeerHome {
  const expensive = expensivePeers[name];
  const inSources = (path: string): string => fileURLToPath(new URL(`../../src/quality/${path}`, import.meta.url));
  if (expensive === undefined) return { environment: '', script: inSources('quality_peer.py') };
  return { environment: expensive.environment, script: inSources(`peers/${expensive.script}`) };
}

/**
 * Packages that peers of one environment come from, with exact versions. GP brings a large library along, so only who wants it
 * installs it. With greenlet Optuna optimizes the acquisition function from all starts in one batch, which takes a third of the
 * time.
 */
export function peerPackages(samplers: readonly SamplerSpec[]): { readonly [name: string]: string } {
  const [first] = samplers;
  const environment = first === undefined ? '' : homeOf(first).environment;
  if (environment !== '') return expensivePackages[environment];
  const names = samplers.map(({ name }) => name);
  return {
    optuna: '5.0.0',
    cmaes: '0.13.1',
    ...(names.some((name) => name.startsWith('pycma')) ? { cma: '4.5.0' } : {}),
    ...(names.some((name) => name === 'optuna-qmc' || name === 'optuna-gp') ? { scipy: '1.17.1' } : {}),
    ...(names.includes('optuna-gp') ? { torch: '2.9.1', greenlet: '3.5.6' } : {}),
  };
}
