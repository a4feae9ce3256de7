import { keys } from '../attribute-keys.ts';
import { checkOptions, checkValue } from '../checks/checks.ts';
import { isCompatible } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import type { Directions } from '../history/directions.ts';
import { defaultStaleAfter } from '../history/stale.ts';
import { mainFirst, readNames } from '../history/study-metrics.ts';
import type { Json } from '../json.ts';
import { randomSeed } from '../platform.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { decodeSpace } from '../space/decode.ts';
import { encodeSpace } from '../space/encode.ts';
import type { Space } from '../space/infer.ts';
import { spaceConflict } from '../storage/refusals.ts';
import type { Storage, StudyAttr, StudyRecord } from '../storage/storage.ts';
import { declareSpace } from './declare-space.ts';
import { outputFor } from './log.ts';
import { requireSavable } from './part-checks.ts';
import {
  type Choice,
  describePart,
  readConfig,
  readFixed,
  readSeed,
  registryOf,
  restoreChoice,
  restorePruner,
  type SavedConfig,
  sameJson,
  saveConfig,
  takeApart,
} from './saved-config.ts';
import { type SpaceChanges, spaceChanges } from './space-changes.ts';
import type { Study } from './study.ts';
import { openStudy } from './study-handle.ts';
import {
  consoleEnvironment,
  isStorage,
  type LoadedParamsOf,
  type LoadStudyOptions,
  loadChecks,
  requireObjectives,
  type StudyHost,
  type StudyOptions,
} from './study-options.ts';

/**
 * Opens a study that exists, with the sampler, pruner, seed and space saved with it. Params have the type of the space
 * that is passed, which is compared with the saved one. Without one, their values are `unknown`.
 * @throws AsktellError `study-not-found`, `unknown-sampler`, `unknown-pruner`, `invalid-argument`, `invalid-space`,
 *   `space-conflict` if the space changes the kind, log or choices of a stored parameter, and storage errors
 */
export async function loadStudy<const S extends Space | undefined = undefined, const M extends string = string>(
  options: LoadStudyOptions<S, Storage, M>,
  host: StudyHost = {},
): Promise<Study<LoadedParamsOf<S>, Directions, M>> {
  checkOptions('loadStudy', options, loadChecks);
  requireSavable(options, host);
  const record = await findOnly(options.storage, options.name);
  const { space } = options;
  const declared = space === undefined ? null : await declareSpace(space, host.environment);
  return resume(record, options, host, declared, undefined);
}

/**
 * Opens a stored study. A given option replaces the saved one, is saved with the first ask or other write, and is listed in
 * one warning. Opening writes nothing.
 */
export async function resume<P extends object, D extends Directions, M extends string>(
  record: StudyRecord,
  options: StudyOptions & { readonly storage: Storage },
  host: StudyHost,
  given: DeclaredSpace | null,
  directions: Directions | undefined,
): Promise<Study<P, D, M>> {
  const name = show(record.ref.name);
  if (directions !== undefined && !sameJson(directions, record.directions))
    throw new AsktellError(
      'study-mismatch',
      `The directions of study ${name} are ${show(record.directions)} and cannot be changed to ${show(directions)}. Use another name.`,
    );
  const saved = readConfig(record);
  const { choice, pruner } = partsOf(record, saved, options, host);
  requireObjectives(choice.sampler, record.directions.length);
  const space = given ?? (await savedSpace(record, host));
  const knownSeed = options.seed ?? readSeed(record);
  const seed = knownSeed ?? randomSeed();
  const duplicates = options.duplicates ?? saved?.duplicates ?? 'allow';
  const staleAfter = options.staleAfter ?? saved?.staleAfter ?? defaultStaleAfter;
  const config = {
    ...saveConfig(choice, pruner, { duplicates, staleAfter }),
    // Restored parts stay as they were saved, even if an earlier version named their options differently.
    ...(saved !== null && options.sampler === undefined && options.fixed === undefined
      ? { sampler: saved.sampler }
      : {}),
    ...(saved !== null && options.pruner === undefined ? { pruner: saved.pruner } : {}),
  };
  const spaces = given === null ? null : comparedSpace(record, given);
  if (spaces !== null) await requireCompatible(options.storage, record, spaces);
  const metrics = metricsOf(record, options.metrics);
  const { attrs, changes } = differences(record, saved, config, seed, given, spaces, metrics);
  if (changes.length > 0)
    outputFor(options.log ?? 'info', (host.environment ?? consoleEnvironment).output).warn(
      `Study ${name} continues with other settings than those saved with it: ${changes.join('; ')}.`,
    );
  const toSave = attrs.length === 0 ? null : { attrs, isSeedDrawn: knownSeed === undefined };
  const settings = {
    storage: options.storage,
    study: record,
    choice,
    pruner,
    seed,
    space,
    metrics,
    duplicates,
    staleAfter,
  };
  return openStudy({ ...settings, toSave }, options, host);
}

/** The pruner of a study for which none is given. With several objectives, only the user knows by which metric to prune. */
export function defaultPruner(objectives: number, pruner: Pruner | undefined): Pruner {
  return objectives > 1 || pruner === undefined ? new NopPruner() : pruner;
}

/** The sampler and the pruner: given, saved, or the default. */
function partsOf(
  record: StudyRecord,
  saved: SavedConfig | null,
  options: StudyOptions,
  { builtIn, defaults }: StudyHost,
): { readonly choice: Choice; readonly pruner: Pruner } {
  const samplers = registryOf('samplers', builtIn?.samplers ?? [], options.samplers);
  const pruners = registryOf('pruners', builtIn?.pruners ?? [], options.pruners);
  const sampler = options.sampler ?? (saved === null ? defaults?.sampler : undefined);
  if (sampler === undefined && saved === null)
    throw new AsktellError(
      'unknown-sampler',
      `Study ${show(record.ref.name)} was not created by Asktell, so no sampler is saved with it. Pass one: { sampler: … }.`,
    );
  const before = sampler === undefined ? restoreChoice((saved as SavedConfig).sampler, samplers) : takeApart(sampler);
  const choice = options.fixed === undefined ? before : { ...before, fixed: readFixed(options.fixed) };
  const pruner =
    options.pruner ??
    (saved === null ? defaultPruner(record.directions.length, defaults?.pruner) : restorePruner(saved.pruner, pruners));
  return { choice, pruner };
}

async function savedSpace(record: StudyRecord, host: StudyHost): Promise<DeclaredSpace | null> {
  const stored = record.systemAttrs.get(keys.space);
  return stored === undefined ? null : declareSpace(decodeSpace(stored), host.environment);
}

/** The attributes to save, and descriptions of the changes for the user. */
function differences(
  record: StudyRecord,
  saved: SavedConfig | null,
  config: SavedConfig,
  seed: number,
  space: DeclaredSpace | null,
  spaces: SpaceChanges | null,
  metrics: readonly string[] | null,
): { readonly attrs: readonly StudyAttr[]; readonly changes: readonly string[] } {
  const changes: string[] = [];
  const attrs: StudyAttr[] = [];
  const save = (key: string, value: Json): void => void attrs.push({ scope: 'system', key, value });
  if (!sameJson(config as unknown as Json, saved as unknown as Json)) save(keys.config, config as unknown as Json);
  if (saved !== null) {
    for (const part of ['sampler', 'pruner'] as const)
      if (!sameJson(config[part] as unknown as Json, saved[part] as unknown as Json))
        changes.push(`${part} ${describePart(saved[part])} → ${describePart(config[part])}`);
    if (config.duplicates !== saved.duplicates)
      changes.push(`duplicates ${saved.duplicates ?? 'allow'} → ${config.duplicates ?? 'allow'}`);
    if (config.staleAfter !== saved.staleAfter)
      changes.push(`staleAfter ${saved.staleAfter ?? defaultStaleAfter} → ${config.staleAfter ?? defaultStaleAfter}`);
  }
  const storedSeed = readSeed(record);
  if (storedSeed !== seed) save(keys.seed, seed);
  if (storedSeed !== undefined && storedSeed !== seed) changes.push(`seed ${storedSeed} → ${seed}`);
  if (space !== null && !sameJson(encodeSpace(space), record.systemAttrs.get(keys.space)))
    save(keys.space, encodeSpace(space));
  if (spaces !== null) changes.push(...spaces.texts);
  const before = readNames(record.systemAttrs.get(keys.metrics));
  if (metrics !== null && !sameJson(metrics, before)) {
    save(keys.metrics, metrics);
    if (before !== null) changes.push(`metrics ${before.join(', ')} → ${metrics.join(', ')}`);
  }
  return { attrs, changes };
}

/**
 * The metrics, the main one first: given, or saved. The main metric of a study stays.
 * @throws AsktellError `study-mismatch`
 */
function metricsOf({ ref, systemAttrs }: StudyRecord, given: readonly string[] | undefined): readonly string[] | null {
  const saved = readNames(systemAttrs.get(keys.metrics));
  if (given === undefined) return saved;
  if (saved === null) return mainFirst(given, readNames(systemAttrs.get(keys.metricNames)));
  const main = saved[0] as string;
  if (!given.includes(main))
    throw new AsktellError(
      'study-mismatch',
      `Study ${show(ref.name)} stores its metric ${show(main)} as Optuna's intermediate value, so it cannot be removed from metrics: ${show(given)}. Add it.`,
    );
  const names = mainFirst(given, [main]);
  return names.length === saved.length && names.every((name) => saved.includes(name)) ? saved : names;
}

/** How the space differs from the stored one; `null` if it does not, or if none is stored. */
function comparedSpace({ systemAttrs }: StudyRecord, given: DeclaredSpace): SpaceChanges | null {
  const stored = systemAttrs.get(keys.space);
  return stored === undefined || sameJson(encodeSpace(given), stored) ? null : spaceChanges(stored, given);
}

/**
 * Refuses a space that no trial could use, before anything is written. Only stored parameters bind, so the trials are
 * read if the declared spaces conflict.
 * @throws AsktellError `space-conflict`
 */
async function requireCompatible(
  storage: Storage,
  { ref }: StudyRecord,
  { incompatible }: SpaceChanges,
): Promise<void> {
  if (incompatible.size === 0) return;
  for (const { names, dists } of (await storage.pull(ref, null)).trials)
    for (const [i, name] of names.entries()) {
      const change = incompatible.get(name);
      const dist = dists[i] as Distribution;
      if (change !== undefined && !isCompatible(dist, change.given)) throw spaceConflict(name, dist, change.given);
    }
}

/**
 * Finds a study by name, or the only study of the storage. Accepts the names of Optuna, which may be empty or longer
 * than ours.
 * @param name `undefined`: the only study; `null`: not given although required
 * @throws AsktellError `study-not-found`, `invalid-argument`
 */
export async function findOnly(storage: Storage, name: string | null | undefined): Promise<StudyRecord> {
  checkValue('storage', storage, isStorage);
  if (name !== undefined && typeof name !== 'string')
    throw new AsktellError('invalid-argument', `The name of a study must be a string, not ${show(name)}.`);
  if (name !== undefined) {
    const record = await storage.findStudy(name);
    if (record !== undefined) return record;
  }
  const names = (await storage.listStudies()).map((study) => study.ref.name);
  if (name === undefined && names.length === 1) return (await storage.findStudy(names[0] as string)) as StudyRecord;
  const more = names.length > 10 ? ` and ${names.length - 10} more` : '';
  const holds =
    names.length === 0
      ? 'The storage contains no studies. Create one.'
      : `The storage contains ${names.slice(0, 10).map(show).join(', ')}${more}.`;
  throw new AsktellError(
    'study-not-found',
    name === undefined ? `Name the study to open. ${holds}` : `There is no study ${show(name)}. ${holds}`,
  );
}
