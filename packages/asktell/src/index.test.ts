import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as asktell from './index.ts';

const packages = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const source: { readonly [specifier: string]: string } = {
  '@asktell/core': 'core/src/index.ts',
  '@asktell/numerics': 'numerics/src/index.ts',
  '@asktell/numerics/elementary': 'numerics/src/elementary/index.ts',
  '@asktell/pruners': 'pruners/src/index.ts',
  '@asktell/sampler-auto': 'samplers/auto/src/index.ts',
  '@asktell/sampler-grid': 'samplers/grid/src/index.ts',
  '@asktell/sampler-bayesian': 'samplers/bayesian/src/index.ts',
  '@asktell/sampler-evolutionary': 'samplers/evolutionary/src/index.ts',
  '@asktell/sampler-gradient': 'samplers/gradient/src/index.ts',
  '@asktell/sampler-random': 'samplers/random/src/index.ts',
  '@asktell/storage/sqlite': 'storage/src/sqlite/index.ts',
};

/** Files and modules that a file imports statically. Type imports are erased. */
function loads(file: string, platform: 'node' | 'browser', seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*\bfrom\s+)?'([^']+)'/gm)) {
    const known = specifier === '#platform' ? `asktell/src/platform/${platform}.ts` : source[specifier];
    if (known !== undefined) loads(join(packages, known), platform, seen);
    else if (specifier.startsWith('.')) loads(join(dirname(file), specifier), platform, seen);
    else seen.add(specifier);
  }
  return seen;
}

describe('the package', () => {
  it('exports the public API', () => {
    expect(Object.keys(asktell).sort()).toMatchInlineSnapshot(`
      [
        "AllOfPruner",
        "AnyOfPruner",
        "AsktellError",
        "AutoSampler",
        "BruteForceSampler",
        "CmaEsSampler",
        "ConstraintPruner",
        "DifferentialEvolutionSampler",
        "FixedTrial",
        "FrozenTrial",
        "GeneticSampler",
        "GpSampler",
        "GridSampler",
        "HyperbandPruner",
        "HypergradientSampler",
        "LearningCurvePruner",
        "MedianPruner",
        "MemoryStorage",
        "NopPruner",
        "NsgaIIISampler",
        "NsgaIISampler",
        "ParetoPruner",
        "PartialFixedSampler",
        "PashaPruner",
        "PatientPruner",
        "PercentilePruner",
        "QmcSampler",
        "RacingPruner",
        "RacingRepeats",
        "RandomSampler",
        "SqliteStorage",
        "StagedSampler",
        "SuccessiveHalvingPruner",
        "ThresholdPruner",
        "TpeSampler",
        "TrialPruned",
        "WilcoxonPruner",
        "allOf",
        "anyOf",
        "categorical",
        "compareRules",
        "contains",
        "copyStudy",
        "createStudy",
        "deleteStudy",
        "drawInternal",
        "drawUniform",
        "elapsed",
        "fixedRepeats",
        "float",
        "fromUnit",
        "group",
        "int",
        "isActive",
        "isAsktellError",
        "isTrialPruned",
        "listStudies",
        "loadStudy",
        "noImprovement",
        "oneOf",
        "predict",
        "recommend",
        "repeatedTrials",
        "replayPruner",
        "restorePruner",
        "restoreSampler",
        "targetReached",
        "toExternal",
        "toInternal",
        "toUnit",
        "where",
      ]
    `);
  });

  it.each(['node', 'browser'] as const)('imports neither a native driver nor mathjs statically (%s)', (platform) => {
    const loaded = [...loads(join(packages, 'asktell/src/index.ts'), platform)];
    const files = loaded.filter((name) => name.startsWith(packages));
    expect(files.length).toBeGreaterThan(40);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(loaded.filter((name) => !name.startsWith(packages) && !name.startsWith('node:'))).toEqual([]);
  });

  it('does not import Node modules in a browser', () => {
    const loaded = [...loads(join(packages, 'asktell/src/index.ts'), 'browser')];
    expect(loaded.filter((name) => name.startsWith('node:'))).toEqual([]);
    expect(loaded.map((name) => relative(packages, name)).filter((name) => name.startsWith('storage/'))).toEqual([]);
  });
});
