import { keys } from '../attribute-keys.ts';
import type { Directions } from '../history/directions.ts';
import type { TrialHistory } from '../history/history.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { DuplicatePolicy } from '../proposal/no-repeats.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Session } from '../session/session.ts';
import type { FlatParams } from '../space/infer.ts';
import type { Storage } from '../storage/storage.ts';
import { checkAttr } from '../trial/attribute-value.ts';
import { requireMetricNames, requireOneObjective } from './study-options.ts';

/** The settings and attributes of a study. */
export abstract class StudyInfo<D extends Directions> {
  readonly #session: Session;

  /** @internal */
  constructor(session: Session) {
    this.#session = session;
  }

  get name(): string {
    return this.#session.study.ref.name;
  }

  get directions(): D {
    return this.#session.study.directions as Directions as D;
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  get direction(): Direction {
    requireOneObjective(this.#session.study, 'direction', 'directions');
    return this.directions[0] as Direction;
  }

  /** One name per objective, or `null`. */
  get metricNames(): readonly string[] | null {
    return this.#session.metrics.objectives;
  }

  /** The declared metrics, the one that Optuna shows as intermediate value first. `null`: trials may report any. */
  get metrics(): readonly string[] | null {
    return this.#session.metrics.declared;
  }

  get seed(): number {
    return this.#session.seed;
  }

  get sampler(): Sampler {
    return this.#session.sampler;
  }

  /** Parameters that keep one value in every trial, by flat name. */
  get fixed(): FlatParams {
    return Object.fromEntries(this.#session.fixed);
  }

  get pruner(): Pruner {
    return this.#session.pruner;
  }

  /** Whether points may be tried again. */
  get duplicates(): DuplicatePolicy {
    return this.#session.duplicates;
  }

  get storage(): Storage {
    return this.#session.storage;
  }

  /** The name of the worker, under which this handle runs trials. */
  get worker(): string {
    return this.#session.workers.worker;
  }

  /** The trials as they were last read. Synchronous. Every asynchronous getter updates it. */
  get history(): TrialHistory {
    return this.#session.history;
  }

  /** Attributes of the study itself. */
  async userAttrs(): Promise<{ readonly [key: string]: Json }> {
    const record = await this.#session.storage.findStudy(this.name);
    return Object.fromEntries(record?.userAttrs ?? []);
  }

  /** @throws AsktellError `invalid-argument`, `invalid-value` */
  async setUserAttr(key: string, value: Json): Promise<void> {
    await this.#session.storage.setStudyAttrs(this.#session.study.ref, [
      { scope: 'user', key, value: checkAttr(key, value) },
    ]);
  }

  /**
   * Names the objectives: rows, CSV and Optuna's dashboard show the names.
   * @throws AsktellError `invalid-argument`
   */
  async setMetricNames(names: readonly string[]): Promise<void> {
    requireMetricNames(names, this.directions.length);
    const { storage, study } = this.#session;
    await storage.setStudyAttrs(study.ref, [{ scope: 'system', key: keys.metricNames, value: names }]);
    this.#session.metrics.objectives = names;
  }
}
