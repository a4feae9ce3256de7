import { compileSpace } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';

/** What a problem may ask of a sampler, and not every one can do. */
type Demand = 'several objectives' | 'constraints' | 'branches' | 'choices or steps' | 'failing trials';

/** A peer that takes seconds a trial, in a Python environment of its own. */
export interface ExpensivePeer {
  /** Folder below `.peers`. */
  readonly environment: 'botorch' | 'hebo' | 'smac';
  /** In `src/quality/peers`. */
  readonly script: string;
  /** How it runs, as its own documentation teaches. */
  readonly settings: string;
  /** What it is left out for, and why. */
  readonly refuses: { readonly [demand in Demand]?: string };
}

const constraints = 'outcome constraints are not set up for the expensive peers';

/** By name. The settings are explained where they are, in the scripts. */
export const expensivePeers: { readonly [name: string]: ExpensivePeer } = {
  botorch: {
    environment: 'botorch',
    script: 'botorch_peer.py',
    settings:
      '2 (d + 1) Sobol points; SingleTaskGP, with choices MixedSingleTaskGP, standardized outcomes; LogEI, with noise qLogNEI; 10 restarts of 512 raw samples; up to 10 discrete combinations by optimize_acqf_mixed, more by optimize_acqf_mixed_alternating',
    refuses: {
      'several objectives': 'set up for one objective',
      constraints,
      branches: "BoTorch's tutorials teach no conditional parameters; Ax has them",
      'failing trials': "BoTorch's models refuse missing values, and its tutorials teach no trials that fail",
    },
  },
  turbo: {
    environment: 'botorch',
    script: 'turbo_peer.py',
    settings:
      "TuRBO-1 of BoTorch's tutorial, one trial at a time: 2 d Sobol points, Thompson sampling, 10 successes, max(4, d) failures, restarts",
    refuses: {
      'several objectives': 'TuRBO-1 takes one objective',
      constraints,
      branches: 'a trust region is a box of real numbers',
      'choices or steps': 'a trust region is a box of real numbers',
      'failing trials': "the tutorial's trust region has no rule for trials that fail",
    },
  },
  ax: {
    environment: 'botorch',
    script: 'ax_peer.py',
    settings: 'Client with its default generation strategy: the centre, 4 Sobol points, modular BoTorch',
    refuses: { 'several objectives': 'set up for one objective', constraints },
  },
  smac: {
    environment: 'smac',
    script: 'smac_peer.py',
    settings:
      'BlackBoxFacade for up to 10 real parameters, else HyperparameterOptimizationFacade; deterministic unless there is noise; a crash costs the worst value so far',
    refuses: { 'several objectives': 'set up for one objective', constraints },
  },
  hebo: {
    environment: 'hebo',
    script: 'hebo_peer.py',
    settings: 'HEBO with its defaults; log ranges as pow and pow_int; failing trials observed as NaN',
    refuses: {
      'several objectives': 'set up for one objective',
      constraints,
      branches: 'a DesignSpace has no conditional parameters',
    },
  },
};

/** Exact versions, by environment. torch and its companions come from PyPI, whose Linux wheels bring CUDA along. */
export const expensivePackages: {
  readonly [environment in ExpensivePeer['environment']]: { readonly [name: string]: string };
} = {
  botorch: { torch: '2.15.0', gpytorch: '1.15.2', botorch: '0.18.1', 'ax-platform': '1.3.1' },
  hebo: {
    HEBO: '0.3.6',
    // HEBO wants a numpy below 1.25; left alone, pip tries versions of the others for hours.
    numpy: '1.24.4',
    scipy: '1.11.4',
    pandas: '2.1.4',
    'scikit-learn': '1.4.2',
    matplotlib: '3.8.4',
    torch: '2.5.1',
    gpytorch: '1.13',
    GPy: '1.13.2',
    catboost: '1.2.7',
  },
  smac: { smac: '2.4.1', ConfigSpace: '1.2.2', 'scikit-learn': '1.9.1', numpy: '2.4.6', scipy: '1.17.1' },
};

/** The Pythons to make an environment with, in order of preference. */
export const expensivePythons: { readonly [environment in ExpensivePeer['environment']]: readonly string[] } = {
  botorch: ['python3'],
  hebo: ['python3.11', 'python3'], // numpy 1.24 has no wheels for 3.12
  smac: ['python3'],
};

/** Why an expensive peer is left out for a problem, or `null`. */
export function refusal(peer: ExpensivePeer, problem: Problem): string | null {
  for (const demand of demandsOf(problem)) {
    const reason = peer.refuses[demand];
    if (reason !== undefined) return reason;
  }
  return null;
}

function demandsOf(problem: Problem): readonly Demand[] {
  const { params } = compileSpace(problem.space).compiled;
  const demands: Demand[] = [];
  if (problem.objectives > 1) demands.push('several objectives');
  if (problem.family === 'constrained') demands.push('constraints');
  if (params.some(({ when }) => when !== null)) demands.push('branches');
  if (params.some(({ dist }) => dist.kind !== 'float' || dist.step !== null)) demands.push('choices or steps');
  if (problem.family === 'failing') demands.push('failing trials');
  return demands;
}
