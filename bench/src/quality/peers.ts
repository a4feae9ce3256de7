import type { SamplerSpec } from './run.ts';

/** Samplers of the peers: whether they support several objectives, and whether they only support floats. */
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

/** The default opponent of one of our samplers: the peer's sampler of the same name, or Optuna's default. */
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

/** Whether the sampler runs in Python. */
export function isPeer({ name }: SamplerSpec): boolean {
  return Object.hasOwn(peerSamplers, name);
}

/** The Python packages that the samplers need, with exact versions. torch is large, so it is only included for GP. */
export function peerPackages(samplers: readonly SamplerSpec[]): { readonly [name: string]: string } {
  const names = samplers.map(({ name }) => name);
  return {
    optuna: '5.0.0',
    cmaes: '0.13.1',
    ...(names.some((name) => name.startsWith('pycma')) ? { cma: '4.5.0' } : {}),
    ...(names.some((name) => name === 'optuna-qmc' || name === 'optuna-gp') ? { scipy: '1.17.1' } : {}),
    ...(names.includes('optuna-gp') ? { torch: '2.9.1' } : {}),
  };
}
