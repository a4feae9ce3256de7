import { keys } from '../attribute-keys.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { randomSeed } from '../platform.ts';
import { makeGuard } from '../proposal/tried-points.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { checkSeed } from '../rng/seed.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { compileSpace } from '../space/compile.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { decodeSpace } from '../space/decode.ts';
import { encodeSpace } from '../space/encode.ts';
import type { Storage, StudyAttr, StudyRecord } from '../storage/storage.ts';
import { ownershipOf } from '../workers/ownership.ts';
import { compileExpressions } from './compile-expressions.ts';
import { consoleEnvironment, type HandleOptions } from './handle.ts';
import type { Lazy } from './lazy.ts';
import { makersFor } from './makers.ts';
import { describePart, readConfig, restorePruner, restoreSampler, sameJson } from './restore.ts';
import { readSeed, saveConfig } from './saved-config.ts';
import type { Study } from './study.ts';
import { checkSampler } from './study-options.ts';

export interface ResumeOptions extends HandleOptions {
  readonly storage: Storage;
  readonly sampler?: Sampler;
  readonly pruner?: Pruner;
  readonly seed?: number;
}

/** Opens a stored study. What is passed wins over what is saved, is saved from then on, and is named in one notice. */
export async function resume<P extends object>(
  record: StudyRecord,
  options: ResumeOptions,
  given: DeclaredSpace | null,
  directions: readonly Direction[] | undefined,
  lazy: Lazy,
): Promise<Study<P>> {
  if (directions !== undefined && !sameJson(directions, record.directions)) {
    throw new AsktellError(
      'study-mismatch',
      `Study ${show(record.ref.name)} has directions ${show(record.directions)}, and ${show(directions)} cannot replace them; use another name.`,
    );
  }
  const registry = options.registry ?? { samplers: {}, pruners: {} };
  const saved = readConfig(record.systemAttrs.get(keys.config));
  const sampler =
    options.sampler ?? (saved === null ? options.defaults?.sampler : restoreSampler(saved.sampler, registry));
  if (sampler === undefined) {
    throw new AsktellError(
      'unknown-sampler',
      `Study ${show(record.ref.name)} was not made by Asktell, so no sampler is saved with it; pass one: { sampler: … }.`,
    );
  }
  const pruner =
    options.pruner ??
    (saved === null ? (options.defaults?.pruner ?? new NopPruner()) : restorePruner(saved.pruner, registry));
  checkSampler(sampler, record.directions.length);
  const storedSpace = record.systemAttrs.get(keys.space);
  const space =
    given ??
    (storedSpace === undefined
      ? null
      : await compileExpressions(compileSpace(decodeSpace(storedSpace)), options.environment));
  const storedSeed = readSeed(record);
  const seed = options.seed === undefined ? (storedSeed ?? randomSeed()) : checkSeed(options.seed);

  const changes: string[] = [];
  const attrs: StudyAttr[] = [];
  const save = (key: string, value: Json): void => void attrs.push({ scope: 'system', key, value });
  const duplicates = options.duplicates ?? saved?.duplicates ?? 'allow';
  const config = saveConfig(sampler, pruner, duplicates);
  if (!sameJson(config as unknown as Json, saved as unknown as Json)) save(keys.config, config as unknown as Json);
  if (saved !== null && !sameJson(config.sampler as unknown as Json, saved.sampler as unknown as Json))
    changes.push(`sampler ${describePart(saved.sampler)} → ${describePart(config.sampler)}`);
  if (saved !== null && !sameJson(config.pruner as unknown as Json, saved.pruner as unknown as Json))
    changes.push(`pruner ${describePart(saved.pruner)} → ${describePart(config.pruner)}`);
  if (saved !== null && config.duplicates !== saved.duplicates)
    changes.push(`duplicates ${saved.duplicates ?? 'allow'} → ${duplicates}`);
  if (storedSeed !== seed) save(keys.seed, seed);
  if (storedSeed !== undefined && storedSeed !== seed) changes.push(`seed ${storedSeed} → ${seed}`);
  if (given !== null && !sameJson(encodeSpace(given), storedSpace)) {
    save(keys.space, encodeSpace(given));
    if (storedSpace !== undefined) changes.push('space');
  }
  if (attrs.length > 0) await saveIfWritable(options.storage, record, attrs);
  if (changes.length > 0) {
    (options.environment ?? consoleEnvironment).output.warn(
      `Study ${show(record.ref.name)} goes on with other settings than it was stored with: ${changes.join('; ')}.`,
    );
  }
  const { openStudy } = await makersFor(sampler, pruner, duplicates, lazy);
  return openStudy(
    {
      study: record,
      storage: options.storage,
      sampler,
      pruner,
      seed,
      space,
      makeGuard: duplicates === 'avoid' ? makeGuard : null,
      ownership: ownershipOf(options.storage, options),
      seldom: lazy.seldom,
    },
    options,
  );
}

/** A study in a file that may only be read, one from Optuna say, can be looked at; an ask says that it cannot go on. */
async function saveIfWritable(storage: Storage, { ref }: StudyRecord, attrs: readonly StudyAttr[]): Promise<void> {
  try {
    await storage.setStudyAttrs(ref, attrs);
  } catch (error) {
    if (!isAsktellError(error, 'storage-readonly')) throw error;
  }
}
