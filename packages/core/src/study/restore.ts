import { AsktellError, show } from '../errors.ts';
import type { Json } from '../json.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Registry, SavedConfig, SavedPart } from './saved-config.ts';

/** What `saveConfig` has stored; `null` when it is something else. */
export function readConfig(stored: Json | undefined): SavedConfig | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const { version, sampler, pruner, duplicates } = stored as unknown as SavedConfig;
  return version === 1 && typeof sampler?.name === 'string' && typeof pruner?.name === 'string'
    ? { version, sampler, pruner, ...(duplicates === 'avoid' ? { duplicates } : {}) }
    : null;
}

/**
 * Samplers within samplers are restored alike.
 * @throws AsktellError `unknown-sampler`, and what a sampler's check of its options throws
 */
export function restoreSampler(saved: SavedPart, registry: Registry): Sampler {
  const make = Object.hasOwn(registry.samplers, saved.name) ? registry.samplers[saved.name] : undefined;
  if (make !== undefined) return make(saved.options, (part) => restoreSampler(readPart(part), registry));
  throw new AsktellError(
    'unknown-sampler',
    `The study was made with sampler ${show(saved.name)}, which is none of ${Object.keys(registry.samplers).join(', ') || 'those registered here'}; pass it: { sampler: … }.`,
  );
}

function readPart(stored: Json): SavedPart {
  const part = stored as unknown as SavedPart | null;
  if (typeof part === 'object' && part !== null && typeof part.name === 'string') return part;
  throw new AsktellError(
    'unknown-sampler',
    `The saved sampler carries another one that cannot be read: ${show(stored)}; pass the sampler: { sampler: … }.`,
  );
}

/** @throws AsktellError `unknown-pruner` */
export function restorePruner(saved: SavedPart, registry: Registry): Pruner {
  const make = Object.hasOwn(registry.pruners, saved.name) ? registry.pruners[saved.name] : undefined;
  if (make !== undefined) return make(saved.options);
  if (saved.name === 'nop') return new NopPruner(); // our own default needs no registry
  throw new AsktellError(
    'unknown-pruner',
    `The study was made with pruner ${show(saved.name)}, which is none of ${Object.keys(registry.pruners).join(', ') || 'those registered here'}; pass it: { pruner: … }.`,
  );
}

/** Equal as JSON values, whatever the order of keys. */
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
  return typeof value === 'bigint'
    ? `${value}n`
    : typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? 'undefined');
}

/** A sampler or pruner in one word, with its options if it has any. */
export function describePart(part: SavedPart): string {
  const options = show(part.options);
  return options === '{}' ? part.name : `${part.name} ${options}`;
}
