import { keys } from '../attribute-keys.ts';
import { andThen, Mutex } from '../awaitable.ts';
import { isCompatible } from '../distribution/convert.ts';
import type { Offload, Output } from '../environment.ts';
import { show } from '../errors.ts';
import { RecordStore } from '../history/record-store.ts';
import type { StudyMetrics } from '../history/study-metrics.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import type { DuplicatePolicy } from '../proposal/no-repeats.ts';
import { Proposer } from '../proposal/proposer.ts';
import type { FixedParams } from '../proposal/request.ts';
import { groupsOf } from '../pruner/groups.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { spaceConflict } from '../storage/refusals.ts';
import type { AskRequest, AskResult, Cursor, Delta, Storage, StudyRecord, TrialOp } from '../storage/storage.ts';
import type { OrphanPolicy } from '../workers/orphan-policy.ts';
import { Ownership, type OwnershipOptions } from '../workers/ownership.ts';
import { BestSoFar } from './best-so-far.ts';
import { KnownDistributions } from './known-distributions.ts';
import { Notices } from './notices.ts';
import { Pruning } from './pruning.ts';
import { type SettingsToSave, UnsavedSettings } from './unsaved-settings.ts';

export interface SessionOptions {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly sampler: Sampler;
  readonly fixed: FixedParams;
  readonly pruner: Pruner;
  readonly metrics: StudyMetrics;
  readonly seed: number;
  readonly duplicates: DuplicatePolicy;
  readonly orphans: OrphanPolicy;
  /** Milliseconds after which a running trial of another program is stale. */
  readonly staleAfter: number;
  readonly output: Output;
  readonly offload: Offload | null;
  readonly ownership: Omit<OwnershipOptions, 'renew'>;
  /** `null`: everything is saved. */
  readonly toSave: SettingsToSave | null;
}

/** Arguments of {@link Session.ask}. */
export interface SessionAsk extends Pick<AskRequest, 'fill'> {
  /** Rows to read again even if they did not change. Called after the first read of the history. */
  readonly fresh: () => readonly number[];
  /** Rows to read again if their owner has changed. */
  readonly watch: () => readonly number[];
  /** Whether the trials get a lease. */
  readonly isOwned: boolean;
  /** Called inside the transaction, with the history up to date. `trials` were read by this ask. */
  readonly plan: (trials: readonly TrialRecord[]) => ReturnType<AskRequest['plan']>;
}

/**
 * One open study: its storage, its history in memory, and the state derived from the history. Records are absorbed only
 * inside {@link exclusively}, so that the history does not change during a proposal.
 */
export class Session {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly sampler: Sampler;
  readonly fixed: FixedParams;
  readonly pruner: Pruner;
  readonly metrics: StudyMetrics;
  readonly duplicates: DuplicatePolicy;
  readonly orphans: OrphanPolicy;
  readonly staleAfter: number;
  readonly output: Output;
  readonly notices: Notices;
  readonly workers: Ownership;
  readonly distributions: KnownDistributions;
  history!: RecordStore;
  proposer!: Proposer;
  pruning!: Pruning;
  best!: BestSoFar;
  #seed: number;
  readonly #settings: UnsavedSettings;
  readonly #offload: Offload | null;
  #hasWarnedStale = false;
  #cursor: Cursor | null = null;
  readonly #noticed = new Set<string>();
  /** Called with the position of each trial that is inserted before others in the finish order. */
  readonly onInserted: Set<(position: number) => void> = new Set();
  readonly #mutex = new Mutex();
  #compatible: { readonly space: CompiledSpace; readonly history: RecordStore; readonly names: number } | null = null;

  constructor(options: SessionOptions) {
    this.storage = options.storage;
    this.study = options.study;
    this.sampler = options.sampler;
    this.fixed = options.fixed;
    this.pruner = options.pruner;
    this.metrics = options.metrics;
    this.#seed = options.seed;
    this.duplicates = options.duplicates;
    this.orphans = options.orphans;
    this.staleAfter = options.staleAfter;
    this.output = options.output;
    this.#offload = options.offload;
    this.notices = new Notices(options.output);
    this.workers = new Ownership({ ...options.ownership, renew: () => this.#renew() });
    this.#settings = new UnsavedSettings(this.storage, this.study.ref, options.toSave, (seed) => {
      this.#seed = seed;
      this.forget();
    });
    this.distributions = new KnownDistributions((name) => this.history.known(name));
    this.forget();
  }

  get seed(): number {
    return this.#seed;
  }

  /** Drops the history, which may contain data of a failed transaction. The next access reads it again. */
  forget(): void {
    const { sampler, fixed, study, seed, metrics } = this;
    const table = MemoryStorage.tableOf(this.storage, study.ref);
    const groups = groupsOf(this.pruner, study.ref.name);
    const history = new RecordStore(study.directions, table, this.staleAfter, metrics, groups);
    this.history = history;
    this.#cursor = null;
    this.best = new BestSoFar(history);
    this.pruning = new Pruning(this.pruner, history, seed, study.ref.name);
    this.proposer = new Proposer({
      sampler,
      studySeed: seed,
      store: history,
      fixed,
      avoidsRepeats: this.duplicates === 'avoid',
      host: { notice: (line) => this.notice(line), offload: this.#offload },
    });
  }

  /** Prints a line that the user should read, once while the study is open. */
  notice(line: string, severity: 'info' | 'warn' = 'warn'): void {
    if (this.#noticed.has(line)) return;
    this.#noticed.add(line);
    if (severity === 'warn') this.output.warn(line);
    else (this.output.hint ?? this.output.info)(line);
  }

  /** Runs `work` alone. Calls are queued in order of arrival. */
  exclusively<T>(work: () => Awaitable<T>): Awaitable<T> {
    return this.#mutex.run(work);
  }

  /** Adds records to the history and updates what is derived from it. */
  absorb(records: readonly TrialRecord[]): void {
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as TrialRecord;
      const position = this.history.put(record);
      if (position < 0) continue;
      this.best.onFinished(record.number);
      if (position === this.history.order.size - 1) continue; // The usual case: no trial finished later.
      this.proposer.invalidate(position);
      this.pruning.invalidate(position);
      for (const inserted of this.onInserted) inserted(position);
    }
  }

  #apply(delta: Delta): void {
    this.absorb(delta.trials);
    this.#cursor = delta.cursor;
  }

  #pull(fresh: readonly number[]): Awaitable<void> {
    return andThen(this.storage.pull(this.study.ref, this.#cursor, fresh), (delta) => this.#apply(delta));
  }

  /** Reads the history for the first time. This takes long for a large study, so it happens outside transactions. */
  #firstPull(): Awaitable<void> {
    return this.#cursor === null ? this.#pull([]) : undefined;
  }

  /** Reads what changed, and the rows of `fresh`. */
  refresh(fresh: readonly number[] = []): Awaitable<void> {
    return this.exclusively(() => this.#pull(fresh));
  }

  /** One ask of the storage. Call it inside {@link exclusively}, and absorb the rows that it wrote. */
  ask({ fresh, watch, isOwned, plan, fill }: SessionAsk): Awaitable<AskResult> {
    const saved = andThen(this.#settings.save(), () => this.#firstPull());
    return andThen(saved, () => {
      const request: AskRequest = {
        fresh: fresh(),
        watch: watch(),
        owner: (isOwned ? this.workers.stamp() : this.workers.plain) as unknown as Json,
        plan: (delta) => {
          this.#apply(delta);
          return plan(delta.trials);
        },
        fill,
      };
      return andThen(this.storage.ask(this.study.ref, this.#cursor, request), (result) => {
        this.#cursor = result.cursor;
        return result;
      });
    });
  }

  /** Stores operations and reads nothing back: for what the next ask reads anyway. */
  write(ops: readonly TrialOp[]): Awaitable<unknown> {
    return andThen(this.#settings.save(), () => this.storage.write(this.study.ref, null, ops));
  }

  /**
   * Stores operations for those of the trials that still run under an owner of this handle. `others` receives the rest:
   * trials that have ended or that another worker has taken over.
   */
  writeOwned(
    numbers: readonly number[],
    opsOf: (record: TrialRecord) => readonly TrialOp[],
    others: (number: number) => void,
  ): Awaitable<unknown> {
    if (numbers.length === 0) return;
    const planned = (delta: Delta): readonly TrialOp[] => {
      const own = delta.trials.filter(
        ({ state, systemAttrs }) => state === 'running' && this.workers.isOwn(systemAttrs?.get(keys.owner) ?? null),
      );
      for (const number of numbers) if (!own.some((record) => record.number === number)) others(number);
      return own.flatMap(opsOf);
    };
    return this.storage.write(this.study.ref, null, planned, numbers);
  }

  /** Renews the leases of all active trials. */
  #renew(): Awaitable<unknown> {
    const { workers } = this;
    const value = workers.stamp() as unknown as Json;
    const gone: number[] = [];
    const renewed = this.writeOwned(
      [...workers.active.keys()],
      ({ number }) => [{ kind: 'attr', number, scope: 'system', key: keys.owner, value }],
      (number) => gone.push(number),
    );
    return andThen(renewed, () => {
      for (const number of gone) workers.drop(number);
    });
  }

  /**
   * Stores operations, then absorbs what changed since the last read, their effects included. Returns created numbers.
   */
  commit(ops: readonly TrialOp[]): Awaitable<readonly number[]> {
    return andThen(this.#settings.save(), () => {
      const since = this.#cursor;
      return andThen(this.storage.write(this.study.ref, since, ops), ({ created, delta }) =>
        andThen(
          // If another call has moved the cursor in the meantime, this delta is outdated: read again.
          this.exclusively(() => (delta !== null && this.#cursor === since ? this.#apply(delta) : this.#pull([]))),
          () => created,
        ),
      );
    });
  }

  /**
   * Reads, decides and stores in one transaction: `plan` is called inside it, with the history up to date.
   * @param fresh rows to read again even if they did not change. Called after the first read of the history.
   */
  commitPlanned(
    plan: () => readonly TrialOp[],
    fresh: () => readonly number[] = () => [],
  ): Awaitable<readonly number[]> {
    return this.exclusively(() => this.writePlanned(plan, fresh));
  }

  /** As {@link commitPlanned}, for callers inside {@link exclusively}. */
  writePlanned(plan: () => readonly TrialOp[], fresh: () => readonly number[]): Awaitable<readonly number[]> {
    const settled = andThen(this.#settings.save(), () => this.#firstPull());
    return andThen(settled, () => {
      const planned = (delta: Delta): readonly TrialOp[] => {
        this.#apply(delta);
        return plan();
      };
      return andThen(this.storage.write(this.study.ref, this.#cursor, planned, fresh()), ({ created, delta }) => {
        if (delta !== null) this.#apply(delta);
        return created;
      });
    });
  }

  /** Prints a notice about abandoned trials of another program, once. */
  warnStale(rows: readonly number[]): void {
    if (rows.length === 0 || this.#hasWarnedStale) return;
    this.#hasWarnedStale = true;
    const shown = `${rows.slice(0, 5).join(', ')}${rows.length > 5 ? ', …' : ''}`;
    const { now } = this.workers;
    const youngest = Math.min(...rows.map((row) => now - (this.history.startedAt[row] as number))) / 1000;
    // Heartbeats can stop sooner. A minute less than their age, so that the call comes in time.
    const olderThan = Math.min(this.staleAfter, Math.max(0, Math.floor(youngest / 60_000 - 1) * 60_000));
    this.output.warn(
      `Study ${show(this.study.ref.name)} has ${rows.length} running trial(s) of another program that seem abandoned (${shown}). They are ignored. To end them, call study.failRunning({ olderThan: ${olderThan} }).`,
    );
  }

  /** Copies into the history what a running trial has just stored, so that it need not be read back. */
  mirror(ops: readonly TrialOp[]): void {
    const { history } = this;
    for (const op of ops) {
      if (op.kind === 'param') history.addParam(op.number, op.name, op.dist, op.x);
      else if (op.kind === 'report') history.setReport(op.number, op.step, op.value);
      else if (op.kind === 'attr') history.setAttr(op.number, op.scope, op.key, op.value);
    }
  }

  /**
   * Checks that the space is compatible with the distributions that the study knows. Called before anything is written.
   * @throws AsktellError `space-conflict`
   */
  requireCompatible(space: CompiledSpace): void {
    const { history } = this;
    const checked = this.#compatible;
    // The first distribution of a name stays, so only new names can conflict.
    if (checked?.space === space && checked.history === history && checked.names === history.knownNames) return;
    for (const { name, dist } of space.params) {
      const known = history.known(name);
      if (known !== undefined && !isCompatible(known, dist)) throw spaceConflict(name, known, dist);
    }
    this.#compatible = { space, history, names: history.knownNames };
  }
}
