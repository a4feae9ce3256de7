import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@asktell/core';
import { MedianPruner, PercentilePruner } from '@asktell/pruners';
import { AutoSampler, StagedSampler } from '@asktell/sampler-auto';
import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import {
  CmaEsSampler,
  DifferentialEvolutionSampler,
  GeneticSampler,
  NsgaIIISampler,
  NsgaIISampler,
} from '@asktell/sampler-evolutionary';
import { HypergradientSampler } from '@asktell/sampler-gradient';
import { BruteForceSampler, GridSampler, PartialFixedSampler } from '@asktell/sampler-grid';
import { QmcSampler, RandomSampler } from '@asktell/sampler-random';
import { SqliteStorage } from '@asktell/storage/sqlite';
import {
  BranchSampler,
  ExclusiveSampler,
  finiteSpace,
  mixedSpace,
  type NamedStorage,
  PendingSampler,
  PopulationSampler,
  prunerResumeLaws,
  runLaws,
  type SamplerSubject,
  type SamplerTarget,
  type Skip,
  samplerLawsOn,
} from '@asktell/testing';
import { afterAll } from 'vitest';

/** The laws that need a persistent storage, for every sampler and pruner. The other laws run in the sampler packages. */

const folder = mkdtempSync(join(tmpdir(), 'asktell-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = new WeakMap<Storage, string>();
let files = 0;

function at(path: string): Storage {
  const storage = new SqliteStorage(path);
  paths.set(storage, path);
  return storage;
}

const sqlite: NamedStorage = {
  name: 'sqlite',
  open: () => at(join(folder, `${files++}.db`)),
  second: (first) => at(paths.get(first) as string),
  reopen: (closed) => at(paths.get(closed) as string),
};

/** A parameter to fix in each of the spaces of the laws. */
function someOf({ params }: SamplerTarget): { readonly [name: string]: number } {
  return params.some(({ name }) => name === 'layers') ? { layers: 2 } : { a: 2 };
}

const notStored = 'overlapping trials are kept distinct by concurrent suggestions, which are not stored';

const samplers: readonly (readonly [string, SamplerSubject, readonly Skip[]])[] = [
  ['tpe', { make: () => new TpeSampler({ startupTrials: 4 }) }, []],
  ['gp', { make: () => new GpSampler() }, []],
  ['auto', { make: () => new AutoSampler({ recipe: { modelTrials: 12, mostModelTrials: 16 } }) }, []],
  [
    'staged: quasi-random, TPE',
    {
      make: () =>
        new StagedSampler({
          stages: [
            { sampler: new QmcSampler(), trials: 8 },
            { sampler: new TpeSampler({ startupTrials: 4 }), region: {} },
          ],
        }),
      space: mixedSpace,
    },
    [
      {
        law: 'eight workers try every point once and then the study is exhausted (sqlite)',
        reason: 'the last stage does not end',
      },
    ],
  ],
  ['random', { make: () => new RandomSampler() }, []],
  [
    'qmc',
    { make: () => new QmcSampler(), space: mixedSpace },
    [
      {
        law: 'eight workers try every point once and then the study is exhausted (sqlite)',
        reason: 'a sequence does not end; the tests of the sampler cover eight workers',
      },
    ],
  ],
  ['population', { make: () => new PopulationSampler() }, []],
  ['pending', { make: () => new PendingSampler() }, []],
  ['branch', { make: () => new BranchSampler() }, []],
  ['exclusive', { make: () => new ExclusiveSampler() }, []],
  ['genetic', { make: () => new GeneticSampler({ populationSize: 8 }) }, []],
  ['differential evolution', { make: () => new DifferentialEvolutionSampler({ populationSize: 8 }) }, []],
  ['cmaes', { make: () => new CmaEsSampler({ populationSize: 6 }) }, []],
  ['nsga-ii', { make: () => new NsgaIISampler({ populationSize: 8 }) }, []],
  ['nsga-iii', { make: () => new NsgaIIISampler({ populationSize: 8 }) }, []],
  [
    'hypergradient over TPE',
    { make: () => new HypergradientSampler({ base: new TpeSampler({ startupTrials: 4 }) }) },
    [],
  ],
  ['hypergradient over CMA-ES', { make: () => new HypergradientSampler({ base: new CmaEsSampler() }) }, []],
  [
    'partial-fixed over random',
    { make: (target) => new PartialFixedSampler({ fixed: someOf(target), base: new RandomSampler() }) },
    [],
  ],
  [
    'partial-fixed over TPE',
    { make: (target) => new PartialFixedSampler({ fixed: someOf(target), base: new TpeSampler() }) },
    [],
  ],
  [
    'brute-force',
    // In define-by-run mode, the laws suggest a continuous parameter.
    {
      make: ({ space }) =>
        space === null
          ? new PartialFixedSampler({ fixed: { lr: 1e-3 }, base: new BruteForceSampler() })
          : new BruteForceSampler(),
    },
    (
      [
        [
          '25 trials before a kill and 25 after it equal one run of 50 (define-by-run, sqlite)',
          'the space has only 42 points',
        ],
        [
          'a worker killed inside a trial gets the trial back and continues (define-by-run, sqlite)',
          'the space has only 42 points',
        ],
        ['two overlapping workers get the same trials as on the operation log (define-by-run, sqlite)', notStored],
        ['proposals of concurrent workers are reproduced from the storage (define-by-run, sqlite)', notStored],
      ] as const
    ).map(([law, reason]) => ({ law, reason })),
  ],
  [
    'grid',
    {
      space: finiteSpace,
      make: ({ space }) =>
        new GridSampler(
          space !== null
            ? {}
            : {
                grid: {
                  lr: [1e-5, 1e-3, 1e-1],
                  act: ['relu', 'tanh', null],
                  layers: [1, 2, 4, 6],
                  constant: [3],
                  slope: [0, 0.5],
                },
              },
        ),
    },
    [],
  ],
];

for (const [name, subject, skips] of samplers) runLaws(`sampler: ${name}`, samplerLawsOn(sqlite), subject, skips);

runLaws('pruner: median', prunerResumeLaws(sqlite), { make: () => new MedianPruner() }, []);
runLaws(
  'pruner: percentile',
  prunerResumeLaws(sqlite),
  { make: () => new PercentilePruner(25, { startupTrials: 2 }) },
  [],
);
