import { keys } from '../attribute-keys.ts';
import type { Directions } from '../history/directions.ts';
import { readNames, StudyMetrics } from '../history/study-metrics.ts';
import type { DuplicatePolicy } from '../proposal/no-repeats.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { Session } from '../session/session.ts';
import type { SettingsToSave } from '../session/unsaved-settings.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { DeclaredSpaces } from './declare-space.ts';
import { outputFor } from './log.ts';
import type { Choice } from './saved-config.ts';
import { Study } from './study.ts';
import { consoleEnvironment, defaultLeaseMs, type StudyHost, type StudyOptions } from './study-options.ts';

/** A stored study, and the settings with which it continues. */
export interface StudySettings {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly choice: Choice;
  readonly pruner: Pruner;
  /** The declared metrics, the main one first. `null`: any. */
  readonly metrics: readonly string[] | null;
  readonly seed: number;
  readonly space: DeclaredSpace | null;
  readonly duplicates: DuplicatePolicy;
  /** Milliseconds. */
  readonly staleAfter: number;
  /** What the study has not saved yet. `null`: everything is saved. */
  readonly toSave: SettingsToSave | null;
}

/** Opens the handle of a stored study. */
export function openStudy<P extends object, D extends Directions, M extends string>(
  { choice, space, metrics, ...settings }: StudySettings,
  { worker, orphans = 'reclaim', leaseMs = defaultLeaseMs, log = 'info' }: StudyOptions,
  { environment = consoleEnvironment, ownsStorage = false, repeatPolicies = [] }: StudyHost,
): Study<P, D, M> {
  const session = new Session({
    ...settings,
    ...choice,
    metrics: new StudyMetrics(metrics, readNames(settings.study.systemAttrs.get(keys.metricNames))),
    orphans,
    output: outputFor(log, environment.output),
    offload: environment.offload ?? null,
    ownership: {
      worker,
      process: environment.process,
      leaseMs: settings.storage.capabilities.shared ? leaseMs : null,
    },
  });
  return new Study<P, D, M>({
    session,
    space,
    spaces: new DeclaredSpaces(environment),
    ownsStorage,
    onInterrupt: environment.onInterrupt,
    repeatPolicies,
  });
}
