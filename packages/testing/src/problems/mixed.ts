import { categorical, float, int, type SpaceFields } from '@asktell/core';
import { landscape } from './landscape.ts';
import type { Problem } from './problem.ts';

const network: SpaceFields = {
  rate: float(1e-5, 1, { log: true }),
  momentum: float(0, 0.99),
  layers: int(1, 8),
  units: int(16, 1024, { log: true }),
  dropout: float(0, 0.5, { step: 0.05 }),
  activation: categorical(['relu', 'tanh', 'gelu', 'swish']),
  optimizer: categorical(['sgd', 'adam', 'lion']),
};

const pipeline: SpaceFields = {
  c: float(1e-3, 1e3, { log: true }),
  threshold: float(-1, 1),
  window: int(3, 63, { step: 4 }),
  scaler: categorical(['none', 'standard', 'robust', 'quantile']),
  balanced: categorical([false, true]),
};

const boosting: SpaceFields = {
  rate: float(1e-3, 0.5, { log: true }),
  depth: int(2, 14),
  leaves: int(4, 512, { log: true }),
  rows: float(0.3, 1),
  columns: float(0.2, 1, { step: 0.1 }),
  l1: float(1e-8, 10, { log: true }),
  l2: float(1e-8, 10, { log: true }),
  booster: categorical(['tree', 'dart', 'goss']),
  growth: categorical(['level', 'leaf', 'symmetric', 'oblivious']),
};

/** A space of `floats` real, `ints` integer and `choices` categorical parameters. Every third number is logarithmic. */
function many(floats: number, ints: number, choices: number): SpaceFields {
  const fields: { [name: string]: SpaceFields[string] } = {};
  for (let i = 1; i <= floats; i++) fields[`x${i}`] = i % 3 === 0 ? float(1e-4, 10, { log: true }) : float(-2, 3);
  for (let i = 1; i <= ints; i++) fields[`n${i}`] = i % 3 === 0 ? int(1, 500, { log: true }) : int(0, 5 + 4 * i);
  const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (let i = 1; i <= choices; i++) fields[`c${i}`] = categorical(letters.slice(0, 3 + (i % 4)));
  return fields;
}

function mixed(name: string, space: SpaceFields, split: Problem['split'], seed: number, waves = 0, rotated = false) {
  return landscape(space, { name, family: 'mixed', split, seed, waves, rotated });
}

/** Problems on spaces that mix floats, integers and choices, with logarithmic and stepped ranges. */
export const mixedProblems: readonly Problem[] = [
  mixed('mixed-network', network, 'tune', 1),
  mixed('mixed-many-12', many(6, 3, 3), 'tune', 2, 0.01, true),
  mixed('mixed-ints-6', many(0, 6, 0), 'tune', 3, 0.01),
  mixed('mixed-choices-6', many(0, 0, 6), 'tune', 4),
  mixed('mixed-pipeline', pipeline, 'report', 5),
  mixed('mixed-boosting', boosting, 'report', 6, 0.01, true),
  mixed('mixed-many-16', many(8, 4, 4), 'report', 7),
  mixed('mixed-ints-9', many(0, 9, 0), 'report', 8, 0, true),
  mixed('mixed-choices-8', many(0, 0, 8), 'report', 9),
];
