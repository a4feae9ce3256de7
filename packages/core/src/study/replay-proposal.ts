import { keys } from '../attribute-keys.ts';
import { checkOptions } from '../checks/checks.ts';
import { isSingle, nthInternal, requireInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { HistoryStore } from '../history/history-store.ts';
import { readNote } from '../history/note.ts';
import { isFinished } from '../history/record-store.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { sampleOne } from '../proposal/complete-point.ts';
import { proposeObserved, proposePoint } from '../proposal/draw-point.ts';
import { LearningHost } from '../proposal/learning-host.ts';
import type { SampleTask } from '../proposal/request.ts';
import type { Session } from '../session/session.ts';
import { alwaysActive } from '../space/always-active.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams, Space } from '../space/infer.ts';
import type { Study } from './study.ts';

/** What a study does not store about its asks. */
export interface ReplayOptions {
  /** The space that was passed to `ask`. Default: the study's own; `null`: none, the trial's parameters were suggested. */
  readonly space?: Space | null;
  /** The total budget that was given to the ask. Default: none. */
  readonly total?: number;
}

/**
 * Proposes a trial again from what is stored: configuration, seed, number, what it had seen and what was pending then. Equal
 * to the stored parameters for every sampler that keeps the contract. Enqueued values are inputs and come back as they are.
 * @returns parameters by flat name, those that the trial holds
 * @throws AsktellError `trial-not-found`, `trial-waiting`, `exhausted`, and whatever the sampler throws
 * @example expect(await replayProposal(study, 7)).toEqual((await study.trials())[7].flatParams)
 */
export async function replayProposal<P extends object>(
  study: Study<P>,
  number: number,
  options: ReplayOptions = {},
): Promise<FlatParams> {
  checkOptions('replayProposal', options, ['space', 'total']);
  const { session, declaredSpace } = study;
  const space =
    options.space === undefined ? declaredSpace : options.space === null ? null : await session.declared(options.space);
  const { trials } = await session.storage.pull(session.study.ref, null);
  const record = trials[number];
  if (record === undefined)
    throw new AsktellError('trial-not-found', `Study ${show(study.name)} has no trial ${show(number)} to replay.`);
  if (record.startedAt === null)
    throw new AsktellError(
      'trial-waiting',
      `Trial ${number} is waiting in the queue; nothing was proposed for it yet.`,
    );
  const replay = new Replay(session, historyAt(trials, record, session), record, options.total ?? null);
  return space === null ? replay.suggested() : replay.declared(space);
}

/** The study as the trial saw it: what had finished by then, and of the others only what could be known. */
function historyAt(trials: readonly TrialRecord[], record: TrialRecord, session: Session): HistoryStore {
  const { directions } = session.study;
  const all = new HistoryStore(directions);
  for (const trial of trials) all.put(trial);
  const startedAt = record.startedAt as number;
  const { supports } = session.sampler;
  const pending = new Set(supports.pending === true ? readNote(record.systemAttrs?.get(keys.note))?.pending : []);
  // Inside the transaction every running trial of a declared space has its point already: nothing had to be recorded.
  const seesAll = session.host.avoidsRepeats || (supports.exclusive === true && supports.pending !== true);
  const store = new HistoryStore(directions);
  const last = trials.findLastIndex((trial) => trial.number <= record.number || wasStarted(trial, startedAt));
  for (const trial of trials.slice(0, last + 1)) {
    if (isFinished(trial.state) && all.effectiveStamp(trial.number) < startedAt) store.put(trial);
    else store.put(unfinished(trial, startedAt, trial !== record && (seesAll || pending.has(trial.number))));
  }
  // What was proposed counts as pending, whatever was suggested in the end; its columns are all there now.
  for (const row of pending) {
    const note = all.trialNote(row);
    if (note?.proposal !== undefined) store.setAttr(row, 'system', keys.note, note as unknown as Json);
  }
  return store;
}

function wasStarted(trial: TrialRecord, startedAt: number): boolean {
  return trial.startedAt !== null && trial.startedAt < startedAt;
}

/** A trial as it stood before it finished: no outcome, and parameters only where the proposal is known to have seen them. */
function unfinished(trial: TrialRecord, startedAt: number, isPending: boolean): TrialRecord {
  // A note is written with the proposal, so whoever sees the point sees it, too.
  const known = [keys.fixedParams, keys.retryHistory, ...(isPending ? [keys.note] : [])];
  const attrs = known.flatMap((key) => {
    const value = trial.systemAttrs?.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const queued = attrs.some(([key]) => key !== keys.note);
  const waits = trial.startedAt === null || (queued && trial.startedAt > startedAt);
  const { names, dists, x } = isPending && !waits ? trial : nothing;
  return {
    number: trial.number,
    state: waits ? 'waiting' : 'running',
    names,
    dists,
    x,
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: attrs.length === 0 ? null : new Map<string, Json>(attrs),
    startedAt: waits ? null : trial.startedAt,
    finishedAt: null,
  };
}

const nothing: Pick<TrialRecord, 'names' | 'dists' | 'x'> = { names: [], dists: [], x: [] };

/** The life of one trial once more, as far as the sampler takes part in it. */
class Replay {
  readonly #session: Session;
  readonly #host: LearningHost;
  readonly #record: TrialRecord;
  readonly #total: number | null;
  readonly #given: ReadonlyMap<string, Scalar>;
  readonly #chosen = new Map<string, Scalar>();
  #note: Json | undefined;

  constructor(session: Session, store: HistoryStore, record: TrialRecord, total: number | null) {
    this.#session = session;
    this.#host = new LearningHost(session.sampler, session.seed, store, session.makeGuard);
    this.#record = record;
    this.#total = total;
    this.#given = session.fixedParams(record) ?? new Map();
  }

  async declared(space: DeclaredSpace): Promise<FlatParams> {
    const { compiled } = space;
    const point = await proposePoint(this.#host, this.#task(compiled, this.#fixed(compiled)));
    if (point === 'exhausted') throw this.#exhausted();
    this.#note = point.note;
    compiled.params.forEach(({ name, dist }, i) => {
      const x = point.x[i] as number;
      if (!Number.isNaN(x)) this.#chosen.set(name, toExternal(dist, x));
    });
    this.#suggestRest(
      compiled,
      this.#record.names.filter((name) => !space.index.has(name)),
      {},
    );
    return Object.fromEntries(this.#chosen);
  }

  async suggested(): Promise<FlatParams> {
    const { sampler } = this.#host;
    const space = this.#host.observedAt(this.#record.startedAt as number);
    const proposal: { [name: string]: Scalar } = {};
    const proposes = sampler.propose !== undefined || this.#host.avoidsRepeats;
    if (proposes && (space.params.length > 0 || sampler.supports.exclusive === true)) {
      const proposed = await proposeObserved(this.#host, this.#task(space, this.#fixed(space)));
      if (proposed === 'exhausted') throw this.#exhausted();
      this.#note = proposed?.note;
      space.params.forEach(({ name, dist }, i) => {
        const x = proposed?.x[i] ?? Number.NaN;
        if (!Number.isNaN(x)) proposal[name] = toExternal(dist, x);
      });
    }
    this.#suggestRest(space, this.#record.names, proposal);
    return Object.fromEntries(this.#chosen);
  }

  /** The parameters that were suggested, in their order. */
  #suggestRest(full: CompiledSpace, names: readonly string[], proposal: { readonly [name: string]: Scalar }): void {
    const host = this.#host;
    const space = host.sampler.supports.conditional === true ? full : (alwaysActive(full)?.space ?? full);
    const task = { ...this.#task(space, new Float64Array(0)), pending: [] };
    const context = host.context(task, host.pendingRows(task), 0);
    for (const name of names) {
      const dist = this.#record.dists[this.#record.names.indexOf(name)] as Distribution;
      const x = this.#choose(name, dist, proposal[name], () => sampleOne(host, context, name, dist));
      this.#chosen.set(name, toExternal(dist, x));
    }
  }

  #choose(name: string, dist: Distribution, proposed: Scalar | undefined, sample: () => number): number {
    if (this.#given.has(name)) return requireInternal(dist, name, this.#given.get(name));
    if (isSingle(dist)) return nthInternal(dist, 0);
    const x = proposed === undefined ? Number.NaN : toInternal(dist, proposed);
    return Number.isNaN(x) ? sample() : x;
  }

  #fixed(space: CompiledSpace): Float64Array {
    const { fixes } = this.#session.sampler;
    return Float64Array.from(space.params, ({ dist, name }) => {
      const from = this.#given.has(name) ? this.#given : fixes;
      return from?.has(name) ? toInternal(dist, from.get(name)) : Number.NaN;
    });
  }

  #task(space: CompiledSpace, fixed: Float64Array): SampleTask {
    return {
      number: this.#record.number,
      startedAt: this.#record.startedAt as number,
      space,
      fixed,
      enqueued: this.#given,
      chosen: () => new Map(this.#chosen),
      note: () => this.#note,
      pending: readNote(this.#record.systemAttrs?.get(keys.note))?.pending ?? [],
      total: this.#total,
    };
  }

  #exhausted(): AsktellError {
    return new AsktellError(
      'exhausted',
      `Sampler ${show(this.#session.sampler.name)} has nothing to propose for trial ${this.#record.number} any more.`,
    );
  }
}
