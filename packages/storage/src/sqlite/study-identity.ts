import { randomBytes } from 'node:crypto';
import { keys, type StudyRef, studyGone } from '@asktell/core';
import type { DatetimeZone } from '../encoding/datetime.ts';
import type { Connection } from './connection.ts';
import { matchStudy, startOf } from './refresh.ts';
import { setStudyAttr } from './studies.ts';
import type { StudyMirror } from './study-mirror.ts';

/** What is known about a study that another program has created, under one reference to it. */
interface Foreign {
  /** The reference with the epoch that the study has got since. */
  resolved: StudyRef | null;
  /** A trial that was read, with its start, which never changes. SQLite gives the ids of a deleted study again. */
  witness: { readonly id: number; readonly startedAt: number } | null;
  isGone: boolean;
}

/**
 * Recognizes studies that other programs have created. They have no epoch. The first write stores one. Until then, the
 * start of a known trial shows whether the study was deleted and another one got its id and its name.
 */
export class StudyIdentities {
  readonly #zone: DatetimeZone;
  // Two references with equal members can refer to different studies, so each object counts.
  readonly #foreign = new WeakMap<StudyRef, Foreign>();

  constructor(zone: DatetimeZone) {
    this.#zone = zone;
  }

  /** The reference with its epoch if that is known. */
  known(study: StudyRef): StudyRef {
    return study.epoch === null ? (this.#foreign.get(study)?.resolved ?? study) : study;
  }

  /**
   * Checks that a study without an epoch is still the one that was read under this reference, inside a transaction.
   * @returns the reference with its epoch, if the study has one
   * @throws AsktellError `study-gone`
   */
  check(connection: Connection, study: StudyRef): StudyRef {
    if (study.epoch !== null) return study;
    const foreign = this.#of(study);
    if (foreign.isGone) throw studyGone(study);
    if (foreign.resolved !== null) return foreign.resolved;
    const { witness } = foreign;
    if (witness !== null && startOf(connection, witness.id, study, this.#zone) !== witness.startedAt) {
      foreign.isGone = true;
      throw studyGone(study);
    }
    const found = matchStudy(connection, study);
    if (typeof found !== 'object' || found.epoch === null) return study;
    foreign.resolved = { ...study, epoch: found.epoch };
    return foreign.resolved;
  }

  /** Must be called with the trials that were read under a reference. */
  read(study: StudyRef, mirror: StudyMirror): void {
    if (study.epoch === null) this.#of(study).witness ??= mirror.witness;
  }

  /**
   * Stores an epoch for a study that has none, inside a transaction.
   * @param checked what {@link check} returned for `study`
   * @returns a function to call after the commit, `null` if the study has an epoch
   */
  giveEpoch(connection: Connection, study: StudyRef, checked: StudyRef): ((mirror?: StudyMirror) => StudyRef) | null {
    if (checked.epoch !== null) return null;
    const epoch = randomBytes(8).toString('hex');
    setStudyAttr(connection, study.id as number, { scope: 'system', key: keys.epoch, value: epoch });
    return (mirror) => {
      const resolved = { ...study, epoch };
      this.#of(study).resolved = resolved;
      if (mirror !== undefined) mirror.ref = { ...mirror.ref, epoch };
      return resolved;
    };
  }

  #of(study: StudyRef): Foreign {
    let foreign = this.#foreign.get(study);
    if (foreign === undefined) {
      foreign = { resolved: null, witness: null, isGone: false };
      this.#foreign.set(study, foreign);
    }
    return foreign;
  }
}
