import type {
  AskPlan,
  AskRequest,
  AskResult,
  Cursor,
  Delta,
  Json,
  NewStudy,
  Storage,
  StorageCapabilities,
  StudyAttr,
  StudyRecord,
  StudyRef,
  TrialOp,
  TrialRecord,
  WriteOps,
  WriteResult,
} from '@asktell/core';
import { OperationLogStorage } from '../reference/operation-log-storage.ts';
import type { LifeSubject } from './subject.ts';

/** What one connection does to the data that passes through it. */
export interface Tampering {
  /** Replaces an operation. `null` drops it. */
  readonly op?: (op: TrialOp) => TrialOp | null;
  /** Replaces a record that is read. */
  readonly record?: (record: TrialRecord) => TrialRecord;
  /** Replaces a record that a write reads before it decides. */
  readonly recordBeforeWrite?: (record: TrialRecord) => TrialRecord;
  readonly owner?: (owner: Json | null) => Json | null;
  readonly plan?: (plan: AskPlan) => AskPlan;
  /** Replaces an attribute of the study. `null` drops it. */
  readonly studyAttr?: (attr: StudyAttr) => StudyAttr | null;
  /** Does not look for new owners of running trials. */
  readonly ignoresWatch?: boolean;
  /** Ignores errors of writes. */
  readonly ignoresRefusals?: boolean;
  /** Called at every read. */
  readonly onRead?: (storage: Storage, study: StudyRef) => void;
}

/** An operation log that changes what it stores or returns. */
export class TamperedStorage implements Storage {
  readonly capabilities: StorageCapabilities = { shared: true, durable: true, url: null };
  readonly inner: OperationLogStorage;
  readonly #tampering: Tampering;

  constructor(inner: OperationLogStorage, tampering: Tampering) {
    this.inner = inner;
    this.#tampering = tampering;
  }

  createStudy(study: NewStudy): StudyRecord {
    return this.inner.createStudy(study);
  }

  findStudy(name: string): StudyRecord | undefined {
    return this.inner.findStudy(name);
  }

  listStudies(): readonly StudyRecord[] {
    return this.inner.listStudies();
  }

  deleteStudy(study: StudyRef): void {
    this.inner.deleteStudy(study);
  }

  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): void {
    const { studyAttr = (attr: StudyAttr) => attr } = this.#tampering;
    this.inner.setStudyAttrs(
      study,
      attrs.flatMap((attr) => studyAttr(attr) ?? []),
    );
  }

  pull(study: StudyRef, since: Cursor | null, fresh: readonly number[] = []): Delta {
    this.#tampering.onRead?.(this.inner, study);
    return this.#delta(this.inner.pull(study, since, fresh));
  }

  ask(study: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
    const { owner = (value: Json | null) => value, plan = (planned: AskPlan) => planned } = this.#tampering;
    const { fill } = request;
    const result = this.inner.ask(study, since, {
      ...request,
      ...(this.#tampering.ignoresWatch === true && { watch: [] }),
      owner: owner(request.owner),
      plan: (delta) => {
        const planned = plan(request.plan(this.#delta(delta)));
        return { ...planned, write: this.#ops(planned.write) };
      },
      fill:
        fill &&
        ((trial) => {
          const ops = fill(this.#record(trial));
          return ops === 'exhausted' ? ops : this.#ops(ops);
        }),
    });
    return { ...result, trials: result.trials.map((trial) => this.#record(trial)) };
  }

  write(study: StudyRef, since: Cursor | null, ops: WriteOps, fresh: readonly number[] = []): WriteResult {
    const { recordBeforeWrite = (record: TrialRecord) => record, ignoresRefusals } = this.#tampering;
    const tampered: WriteOps =
      typeof ops !== 'function'
        ? this.#ops(ops)
        : (delta) => {
            const { cursor, trials } = this.#delta(delta);
            return this.#ops(ops({ cursor, trials: trials.map(recordBeforeWrite) }));
          };
    try {
      const { created, delta } = this.inner.write(study, since, tampered, fresh);
      return { created, delta: delta && this.#delta(delta) };
    } catch (error) {
      if (ignoresRefusals !== true) throw error;
      return { created: [], delta: since && this.pull(study, since) };
    }
  }

  close(): void {
    this.inner.close();
  }

  #ops(ops: readonly TrialOp[]): readonly TrialOp[] {
    const { op: change = (op: TrialOp) => op } = this.#tampering;
    return ops.flatMap((op) => change(op) ?? []);
  }

  #record(record: TrialRecord): TrialRecord {
    return this.#tampering.record?.(record) ?? record;
  }

  #delta({ cursor, trials }: Delta): Delta {
    return { cursor, trials: trials.map((trial) => this.#record(trial)) };
  }
}

/** A subject whose connections are tampered with. */
export function tampered(tampering: () => Tampering): LifeSubject {
  return {
    open: () => new TamperedStorage(new OperationLogStorage(), tampering()),
    second: (first) => new TamperedStorage(new OperationLogStorage((first as TamperedStorage).inner.log), tampering()),
    heartbeat: (storage, study, number, at) => (storage as TamperedStorage).inner.heartbeat(study, number, at),
  };
}
