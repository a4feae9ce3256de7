import { keys } from '../attribute-keys.ts';
import type { Json } from '../json.ts';
import type { DuplicatePolicy } from '../proposal/duplicates.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { StudyRecord } from '../storage/storage.ts';

/** Makes samplers and pruners from what was saved with a study. */
export interface Registry {
  /** By name. `restore` makes a sampler that another one carries in its options, from what {@link savePart} made of it. */
  readonly samplers: { readonly [name: string]: (options: Json, restore: (saved: Json) => Sampler) => Sampler };
  readonly pruners: { readonly [name: string]: (options: Json) => Pruner };
}

/** A sampler or pruner as saved with the study. */
export interface SavedPart {
  readonly name: string;
  readonly version: number;
  readonly options: Json;
}

/** Value of `asktell:config`. */
export interface SavedConfig {
  readonly version: 1;
  readonly sampler: SavedPart;
  readonly pruner: SavedPart;
  /** Absent: `allow`. */
  readonly duplicates?: 'avoid';
}

export function saveConfig(sampler: Sampler, pruner: Pruner, duplicates: DuplicatePolicy): SavedConfig {
  return {
    version: 1,
    sampler: savePart(sampler),
    pruner: savePart(pruner),
    ...(duplicates === 'avoid' ? { duplicates } : {}),
  };
}

/** A sampler or pruner as plain data: saved with the study, or with a sampler that carries another one. */
export function savePart(part: Sampler | Pruner): SavedPart {
  return { name: part.name, version: part.config.version, options: part.config.options };
}

/** The seed saved with a study; one made by Optuna has none. */
export function readSeed(record: StudyRecord): number | undefined {
  const seed = record.systemAttrs.get(keys.seed);
  return typeof seed === 'number' ? seed : typeof seed === 'bigint' ? Number(seed) : undefined;
}
