import type { Awaitable, Sampler, Space, Storage, StudyRef } from '@asktell/core';
import type { StorageSubject } from '../storage/subject.ts';

/** The storage under test, and how another program leaves its marks in it. */
export interface LifeSubject extends StorageSubject {
  /**
   * Stores a sign of life of a running trial, as Optuna does, for `TrialRecord.heartbeatAt`. Required for the laws about
   * heartbeats.
   * @param at microseconds since 1970
   */
  readonly heartbeat?: (storage: Storage, study: StudyRef, number: number, at: number) => Awaitable<void>;
  /**
   * Creates an exclusive sampler, on which the laws about cells run. It must propose every point of a finite space once.
   * Default: `ExclusiveSampler`.
   */
  readonly exclusive?: (space: Space) => Sampler;
}

export const needsHeartbeat = (subject: LifeSubject): string | null =>
  subject.heartbeat === undefined ? 'the storage hands over no heartbeats' : null;
