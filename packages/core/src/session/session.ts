import { keys } from '../attribute-keys.ts';
import { andThen, Mutex } from '../awaitable.ts';
import { isCompatible } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import type { StudyEnvironment } from '../environment.ts';
import { RecordStore } from '../history/record-store.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import { BlindHost } from '../proposal/blind-host.ts';
import type { MakeGuard } from '../proposal/duplicates.ts';
import type { LearningHost } from '../proposal/learning-host.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Space } from '../space/infer.ts';
import { compileLeaves } from '../space/leaves.ts';
import { spaceConflict } from '../storage/refusals.ts';
import type { Cursor, Storage, StudyRecord, TrialOp } from '../storage/storage.ts';
import type { Seldom } from '../study/lazy.ts';
import type { LoneWorker, OrphanPolicy } from '../workers/owner.ts';
import { BestSoFar } from './best-so-far.ts';
import { ParamRegistry } from './known-distributions.ts';
import type { Pruning } from './pruning.ts';

/** What looks at the history. It is loaded only for studies that need it. */
export interface Learning {
  readonly HistoryStore: typeof RecordStore;
  readonly LearningHost: typeof LearningHost;
  readonly Pruning: typeof Pruning;
}

export interface SessionOptions {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
  readonly environment: StudyEnvironment;
  readonly ownership: LoneWorker;
  readonly orphans: OrphanPolicy;
  /** Of a study that avoids duplicates. */
  readonly makeGuard: MakeGuard | null;
  /** Of a study whose sampler or pruner looks at the history, or which avoids repeats. */
  readonly learning: Learning | null;
  readonly seldom: Seldom;
}

/**
 * One open study: its storage, its mirror in memory, and what folds over that. Everything that changes the mirror goes
 * through `exclusively`, so that a proposal in progress never sees the history move.
 */
export class Session {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
  readonly environment: StudyEnvironment;
  readonly ownership: LoneWorker;
  readonly orphans: OrphanPolicy;
  readonly makeGuard: MakeGuard | null;
  readonly learning: Learning | null;
  readonly seldom: Seldom;
  readonly params: ParamRegistry;
  store!: RecordStore;
  host!: BlindHost;
  best!: BestSoFar;
  cursor: Cursor | null = null;
  /** `null`: nothing is ever pruned. */
  pruning: Pruning | null = null;
  readonly #mutex = new Mutex();
  #compatible: { readonly space: CompiledSpace; readonly store: RecordStore; readonly names: number } | null = null;
  readonly #declared = new WeakMap<Space, DeclaredSpace>();

  constructor(options: SessionOptions) {
    this.storage = options.storage;
    this.study = options.study;
    this.sampler = options.sampler;
    this.pruner = options.pruner;
    this.seed = options.seed;
    this.environment = options.environment;
    this.ownership = options.ownership;
    this.orphans = options.orphans;
    this.makeGuard = options.makeGuard;
    this.learning = options.learning;
    this.seldom = options.seldom;
    this.params = new ParamRegistry((name) => this.store.table.columns.get(name)?.dists[0]);
    this.forget();
  }

  /** Starts the mirror anew: after a failed transaction that may have left traces in it. */
  forget(): void {
    const { sampler, seed, learning } = this;
    const store = new (learning?.HistoryStore ?? RecordStore)(this.study.directions);
    this.store = store;
    this.cursor = null;
    this.best = new BestSoFar(store);
    if (learning === null) this.host = new BlindHost(sampler, seed);
    else {
      this.host = new learning.LearningHost(sampler, seed, store, this.makeGuard);
      this.pruning = new learning.Pruning(this);
    }
  }

  exclusively<T>(work: () => Awaitable<T>): Awaitable<T> {
    return this.#mutex.run(work);
  }

  /** Takes records over into the mirror. */
  absorb(records: readonly TrialRecord[]): void {
    for (let i = 0; i < records.length; i++) {
      const position = this.store.put(records[i] as TrialRecord);
      if (position < 0) continue;
      this.best.see((records[i] as TrialRecord).number);
      if (position === this.store.order.size - 1) continue; // the usual case: it finished last
      this.host.invalidate(position);
      this.pruning?.invalidate(position);
    }
  }

  /** Reads what changed. `fresh` rows are read again in any case. */
  refresh(fresh: readonly number[] = []): Awaitable<void> {
    return this.exclusively(() =>
      andThen(this.storage.pull(this.study.ref, this.cursor, fresh), (delta) => {
        this.absorb(delta.trials);
        this.cursor = delta.cursor;
      }),
    );
  }

  write(ops: readonly TrialOp[]): Awaitable<readonly number[]> {
    return this.storage.write(this.study.ref, ops);
  }

  /** What a running trial has just stored goes straight into the mirror: its own reports, its pending point. */
  mirror(ops: readonly TrialOp[]): void {
    const { store } = this;
    for (const op of ops) {
      if (op.kind === 'create' || op.kind === 'finish' || op.number >= store.size) continue;
      if (op.kind === 'param') store.setParam(op.number, op.name, op.dist, op.x);
      else if (op.kind === 'report') store.setReport(op.number, op.step, op.value);
      else store.setAttr(op.number, op.scope, op.key, op.value);
    }
  }

  /**
   * Before anything is written: whether the study knows the names of this space as something else.
   * @throws AsktellError `space-conflict`
   */
  requireCompatible(space: CompiledSpace): void {
    const { columns } = this.store.table;
    const checked = this.#compatible;
    // A name's first distribution stays: only new names can bring a conflict.
    if (checked?.space === space && checked.store === this.store && checked.names === columns.size) return;
    for (const { name, dist } of space.params) {
      const known = columns.get(name)?.dists[0];
      if (known !== undefined && !isCompatible(known, dist)) throw spaceConflict(name, known, dist);
    }
    this.#compatible = { space, store: this.store, names: columns.size };
  }

  /** A space checked and flattened, once per object. Synchronous when it holds nothing but parameters, which is usual. */
  declared(space: Space): Awaitable<DeclaredSpace> {
    const known = compileLeaves(space) ?? this.#declared.get(space);
    if (known !== undefined) return known;
    return this.seldom(async ({ declareSpace }) => {
      const declared = await declareSpace(space, this.environment);
      this.#declared.set(space, declared);
      return declared;
    });
  }

  /** External values that a trial was enqueued with, by flat name. */
  fixedParams(record: TrialRecord): ReadonlyMap<string, Scalar> | null {
    const fixed = record.systemAttrs?.get(keys.fixedParams);
    if (typeof fixed !== 'object' || fixed === null || Array.isArray(fixed)) return null;
    return new Map(Object.entries(fixed as { readonly [name: string]: Scalar }));
  }
}
