import { contains, describe, isCompatible } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { Fold } from '../history/fold.ts';
import { HistoryStore } from '../history/history-store.ts';
import { PruneView } from '../history/prune-view.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { rngFor } from '../rng/rng.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { DeclaredSpace } from '../space/compile.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { keys } from '../storage/keys.ts';
import { spaceConflict } from '../storage/refusals.ts';
import type { Cursor, Storage, StudyRecord, TrialOp } from '../storage/storage.ts';
import { andThen, Mutex } from './awaitable.ts';
import { BestSoFar } from './best.ts';
import type { MakeGuard } from './duplicates.ts';
import type { StudyEnvironment } from './environment.ts';
import { withExpressions } from './expressions.ts';
import { LeaseKeeper } from './lease.ts';
import type { OrphanPolicy, Ownership } from './owner.ts';
import { ParamRegistry } from './param-registry.ts';
import { SamplerHost } from './sampling.ts';

export interface SessionOptions {
  readonly storage: Storage;
  readonly study: StudyRecord;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly seed: number;
  readonly environment: StudyEnvironment;
  readonly ownership: Ownership;
  readonly orphans: OrphanPolicy;
  /** Of a study that avoids duplicates. */
  readonly makeGuard: MakeGuard | null;
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
  readonly ownership: Ownership;
  readonly orphans: OrphanPolicy;
  readonly makeGuard: MakeGuard | null;
  readonly params: ParamRegistry;
  readonly leases: LeaseKeeper;
  store!: HistoryStore;
  host!: SamplerHost;
  best!: BestSoFar;
  cursor: Cursor | null = null;
  #pruning!: Fold<unknown>;
  readonly #mutex = new Mutex();
  #compatible: { readonly space: CompiledSpace; readonly store: HistoryStore; readonly names: number } | null = null;
  readonly #expressions = new WeakMap<DeclaredSpace, DeclaredSpace>();

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
    this.params = new ParamRegistry((name) => this.store.table.columns.get(name)?.dists[0]);
    this.leases = new LeaseKeeper(this);
    this.forget();
  }

  /** Starts the mirror anew: after a failed transaction that may have left traces in it. */
  forget(): void {
    const { pruner } = this;
    const store = new HistoryStore(this.study.directions);
    this.store = store;
    this.cursor = null;
    this.best = new BestSoFar(store);
    this.host = new SamplerHost(this.sampler, this.seed, store, this.makeGuard);
    this.#pruning = new Fold<unknown>(store.order, {
      init: () => pruner.init?.(store),
      absorb: (state, row) => pruner.absorb?.(state, row, store),
      clone: pruner.clone === undefined ? null : (state) => pruner.clone?.(state),
    });
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
      this.#pruning.invalidate(position);
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

  /** Asks the pruner about a running trial. The mirror must be fresh. */
  decide(number: number, step: number): { readonly prune: boolean; readonly note?: unknown } {
    const { pruner, store, seed } = this;
    const state = pruner.init === undefined ? undefined : this.#pruning.at(store.order.size);
    return pruner.decide(state, {
      number,
      step,
      history: new PruneView(store, number, step),
      rng: (purpose) => rngFor(seed, number, `prune ${step} ${purpose}`),
    });
  }

  /**
   * Before anything is written: whether the study knows the names of this space as something else, and the space what the
   * sampler fixes.
   * @throws AsktellError `space-conflict`, `invalid-value`
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
    checkFixes(this.sampler, space);
    this.#compatible = { space, store: this.store, names: columns.size };
  }

  /** Compiles the expressions of a space, once. Synchronous when there are none, or when it is done. */
  withExpressions(space: DeclaredSpace): Awaitable<DeclaredSpace> {
    const known = this.#expressions.get(space);
    if (known !== undefined) return known;
    return andThen(withExpressions(space, this.environment), (compiled) => {
      this.#expressions.set(space, compiled);
      return compiled;
    });
  }

  /** External values that a trial was enqueued with, by flat name. */
  fixedParams(record: TrialRecord): ReadonlyMap<string, Scalar> | null {
    const fixed = record.systemAttrs?.get(keys.fixedParams);
    if (typeof fixed !== 'object' || fixed === null || Array.isArray(fixed)) return null;
    return new Map(Object.entries(fixed as { readonly [name: string]: Scalar }));
  }
}

function checkFixes({ name: sampler, fixes }: Sampler, space: CompiledSpace): void {
  for (const [name, value] of fixes ?? []) {
    const dist = space.params.find((param) => param.name === name)?.dist;
    if (dist !== undefined && contains(dist, value)) continue;
    const what = dist === undefined ? 'which is no parameter of the space' : `which is no member of ${describe(dist)}`;
    throw new AsktellError(
      'invalid-value',
      `Sampler ${show(sampler)} fixes ${show(name)} to ${show(value)}, ${what}; fix another value, or change the space.`,
    );
  }
}
