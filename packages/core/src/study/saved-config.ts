import { keys } from '../attribute-keys.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { defaultStaleAfter } from '../history/stale.ts';
import type { Json } from '../json.ts';
import type { DuplicatePolicy } from '../proposal/no-repeats.ts';
import { type FixedParams, noParams } from '../proposal/request.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { StudyRecord } from '../storage/storage.ts';

/** Restores a saved sampler or pruner. A class with these static members, or a plain object. */
export interface Restorable<Part> {
  /** The `name` of the samplers or pruners that it restores. */
  readonly savedName: string;
  /**
   * @param options the saved `config.options`
   * @param restore restores a sampler that is nested in the options as {@link savePart} saves it
   */
  fromConfig(options: Json, restore: (saved: Json) => Sampler): Part;
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
  /** Milliseconds. Absent: 24 hours. */
  readonly staleAfter?: number;
}

/** The name under which a sampler is saved in a study that fixes parameters. */
const fixingName = 'partial-fixed';

/** A sampler that stands for a base sampler and for values that the study fixes. */
export interface FixingSampler extends Sampler {
  readonly name: 'partial-fixed';
  readonly base: Sampler;
  /** External values by flat name. */
  readonly fixed: FixedParams;
}

/** A sampler, and the parameters that the study fixes. */
export interface Choice {
  readonly sampler: Sampler;
  readonly fixed: FixedParams;
}

/** The study's fixed parameters. */
export function readFixed(fixed: { readonly [name: string]: Scalar } = {}): FixedParams {
  return new Map(Object.entries(fixed).map(([name, value]) => [name, value === 0 ? 0 : value])); // -0 is stored as 0
}

/** Splits a fixing sampler into its base and the fixed values. Outer values take precedence. */
export function takeApart(sampler: Sampler, fixed: FixedParams = noParams): Choice {
  if (sampler.name !== fixingName || !('base' in sampler)) return { sampler, fixed };
  const { base, fixed: own } = sampler as FixingSampler;
  return takeApart(base, new Map([...own, ...fixed]));
}

/** Settings of a study that are saved with its sampler and pruner. */
export interface SavedSettings {
  readonly duplicates: DuplicatePolicy;
  /** Milliseconds. */
  readonly staleAfter: number;
}

export function saveConfig(
  { sampler, fixed }: Choice,
  pruner: Pruner,
  { duplicates, staleAfter }: SavedSettings,
): SavedConfig {
  const saved = savePart(sampler);
  return {
    version: 1,
    sampler:
      fixed.size === 0
        ? saved
        : {
            name: fixingName,
            version: 1,
            options: { fixed: Object.fromEntries(fixed), base: saved as unknown as Json },
          },
    pruner: savePart(pruner),
    ...(duplicates === 'avoid' ? { duplicates } : {}),
    ...(staleAfter === defaultStaleAfter ? {} : { staleAfter }),
  };
}

/** A sampler or pruner as plain data, to save with the study or in the options of an enclosing sampler. */
export function savePart(part: Sampler | Pruner): SavedPart {
  return { name: part.name, version: part.config.version, options: part.config.options };
}

/** Reads what {@link saveConfig} returned; `null` if it is missing or not readable. */
export function readConfig({ systemAttrs }: StudyRecord): SavedConfig | null {
  const stored = systemAttrs.get(keys.config);
  if (typeof stored !== 'object' || stored === null) return null;
  const { version, sampler, pruner, duplicates, staleAfter } = stored as unknown as SavedConfig;
  if (version !== 1 || typeof sampler?.name !== 'string' || typeof pruner?.name !== 'string') return null;
  return {
    version,
    sampler,
    pruner,
    ...(duplicates === 'avoid' ? { duplicates } : {}),
    ...(typeof staleAfter === 'number' ? { staleAfter } : {}),
  };
}

/** The seed saved with a study. One created by Optuna has none. */
export function readSeed({ systemAttrs }: StudyRecord): number | undefined {
  const seed = systemAttrs.get(keys.seed);
  return typeof seed === 'number' ? seed : typeof seed === 'bigint' ? Number(seed) : undefined;
}

/** Samplers or pruners by saved name. */
export type Registry<Part> = ReadonlyMap<string, Restorable<Part>>;

/** @throws AsktellError `invalid-argument` for a saved name that occurs twice */
export function registryOf<Part>(
  option: string,
  builtIn: readonly Restorable<Part>[],
  given: readonly Restorable<Part>[] = [],
): Registry<Part> {
  const registry = new Map(builtIn.map((entry) => [entry.savedName, entry]));
  for (const entry of given) {
    const known = registry.get(entry.savedName);
    if (known !== undefined)
      throw new AsktellError(
        'invalid-argument',
        `${option}: the saved name ${show(entry.savedName)} is used ${builtIn.includes(known) ? 'by a built-in class' : 'twice'}. Choose another name.`,
      );
    registry.set(entry.savedName, entry);
  }
  return registry;
}

/**
 * Restores a saved sampler, together with the values that the study fixes.
 * @throws AsktellError `unknown-sampler`, and what a sampler's check of its options throws
 */
export function restoreChoice(saved: SavedPart, registry: Registry<Sampler>): Choice {
  if (saved.name !== fixingName) return takeApart(restoreSampler(saved, registry));
  const { fixed, base } = (saved.options ?? {}) as {
    readonly fixed?: { readonly [name: string]: Scalar };
    readonly base?: Json;
  };
  const inner = restoreChoice(readPart(base ?? null), registry);
  return { sampler: inner.sampler, fixed: new Map([...inner.fixed, ...readFixed(fixed)]) };
}

/**
 * Restores a saved sampler, including nested ones.
 * @throws AsktellError `unknown-sampler`, and what a sampler's check of its options throws
 */
export function restoreSampler(saved: SavedPart, registry: Registry<Sampler>): Sampler {
  const entry = registry.get(saved.name);
  if (entry !== undefined) return entry.fromConfig(saved.options, (part) => restoreSampler(readPart(part), registry));
  throw new AsktellError(
    'unknown-sampler',
    `The saved sampler ${show(saved.name)} is not among ${known(registry)}. Pass it: { sampler: … }, or its class: { samplers: [ … ] }.`,
  );
}

function readPart(stored: Json): SavedPart {
  const part = stored as unknown as SavedPart | null;
  if (typeof part === 'object' && part !== null && typeof part.name === 'string') return part;
  throw new AsktellError(
    'unknown-sampler',
    `The saved sampler contains a nested one that cannot be read: ${show(stored)}. Pass the sampler: { sampler: … }.`,
  );
}

/** @throws AsktellError `unknown-pruner`, and what a pruner's check of its options throws */
export function restorePruner(saved: SavedPart, registry: Registry<Pruner>, samplers: Registry<Sampler>): Pruner {
  const entry = registry.get(saved.name) ?? (saved.name === NopPruner.savedName ? NopPruner : undefined);
  if (entry !== undefined) return entry.fromConfig(saved.options, (part) => restoreSampler(readPart(part), samplers));
  throw new AsktellError(
    'unknown-pruner',
    `The saved pruner ${show(saved.name)} is not among ${known(registry)}. Pass it: { pruner: … }, or its class: { pruners: [ … ] }.`,
  );
}

function known(registry: ReadonlyMap<string, unknown>): string {
  return registry.size === 0 ? 'the registered ones (none)' : [...registry.keys()].join(', ');
}

/** Whether two JSON values are equal. The order of keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const object = value as { readonly [key: string]: Json };
    return `{${Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`)
      .join(',')}}`;
  }
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined');
}

/** The name of a sampler or pruner, with its options if it has any. */
export function describePart(part: SavedPart): string {
  const options = show(part.options);
  return options === '{}' ? part.name : `${part.name} ${options}`;
}
