import { keys } from '../attribute-keys.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { readNote, type TrialNote } from '../history/note.ts';
import { RecordStore } from '../history/record-store.ts';
import { isFinished, type TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import { Proposer } from '../proposal/proposer.ts';
import { enqueuedParams, noParams, type ProposalRequest, requestFor } from '../proposal/request.ts';
import { Suggestions } from '../proposal/suggestions.ts';
import { groupsOf } from '../pruner/groups.ts';
import type { Explanation } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams } from '../space/infer.ts';
import type { Session } from './session.ts';

/** The study as the trial saw it: the trials that had finished, and of the others only what was known then. */
function historyAt(trials: readonly TrialRecord[], record: TrialRecord, session: Session): RecordStore {
  const { directions } = session.study;
  const all = new RecordStore(directions);
  for (const trial of trials) all.put(trial);
  const startedAt = record.startedAt as number;
  const { pending: readsPending, exclusive = false } = session.sampler.supports;
  const note = readNote(record.systemAttrs?.get(keys.note));
  const pending = new Set(note?.pending);
  // Without a note, nothing was pending, or an earlier release did not record it. Then every running trial had its point.
  const seesAll =
    note?.pending === undefined &&
    readsPending !== true &&
    (session.duplicates === 'avoid' || (exclusive !== false && exclusive !== 'ranks'));
  // The note lists the stale trials. Owners, which decide it, are cleared when trials end.
  const groups = groupsOf(session.pruner, session.study.ref.name);
  const store = new RecordStore(directions, null, Number.POSITIVE_INFINITY, undefined, groups);
  const last = trials.findLastIndex((trial) => trial.number <= record.number || wasStarted(trial, startedAt));
  for (const trial of trials.slice(0, last + 1)) {
    if (isFinished(trial.state) && all.effectiveStamp(trial.number) < startedAt) store.put(trial);
    else store.put(unfinished(trial, startedAt, trial !== record && (seesAll || pending.has(trial.number))));
  }
  return store;
}

function wasStarted(trial: TrialRecord, startedAt: number): boolean {
  return trial.startedAt !== null && trial.startedAt < startedAt;
}

/** A trial before it finished: no outcome, and parameters only if the proposal is known to have seen them. */
function unfinished(trial: TrialRecord, startedAt: number, isPending: boolean): TrialRecord {
  // A note is stored with the proposal, so a proposal that saw the point also saw the note.
  const known = [keys.fixedParams, keys.retryHistory, ...(isPending ? [keys.note] : [])];
  const attrs = known.flatMap((key) => {
    const value = trial.systemAttrs?.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const isQueued = attrs.some(([key]) => key !== keys.note);
  const waits = trial.startedAt === null || (isQueued && trial.startedAt > startedAt);
  const { names, dists, x } = isPending && !waits ? trial : noPoint;
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

const noPoint: Pick<TrialRecord, 'names' | 'dists' | 'x'> = { names: [], dists: [], x: [] };

/** Repeats the sampler's part in one trial, from what is stored. */
export class Replay {
  readonly record: TrialRecord;
  readonly #proposer: Proposer;
  readonly #total: number | null;
  readonly #chosen = new Map<string, Scalar>();

  private constructor(session: Session, store: RecordStore, record: TrialRecord, total: number | null) {
    const { sampler, fixed, seed: studySeed, duplicates } = session;
    this.#proposer = new Proposer({ sampler, studySeed, store, fixed, avoidsRepeats: duplicates === 'avoid' });
    this.record = record;
    this.#total = total;
  }

  /**
   * Reads the study from its storage.
   * @param total the total that was given to the ask
   * @throws AsktellError `trial-not-found`, `trial-waiting`
   */
  static async of(session: Session, number: number, total: number | null): Promise<Replay> {
    const { trials } = await session.storage.pull(session.study.ref, null);
    const record = trials[number];
    const name = show(session.study.ref.name);
    if (record === undefined)
      throw new AsktellError('trial-not-found', `Study ${name} has no trial ${show(number)} to replay.`);
    if (record.startedAt === null)
      throw new AsktellError(
        'trial-waiting',
        `Trial ${number} is waiting in the queue. Nothing has been proposed for it yet.`,
      );
    return new Replay(session, historyAt(trials, record, session), record, total);
  }

  async declared(space: DeclaredSpace): Promise<FlatParams> {
    const { compiled, index } = space;
    const point = await this.#proposer.again(this.#request(compiled), this.#rank);
    if (point === 'exhausted' || point === null) throw this.#exhausted();
    for (const [name, value] of valuesOf(point)) this.#chosen.set(name, value);
    const rest = this.record.names.filter((name) => !index.has(name));
    return this.#suggest(rest, { sampler: point.note ?? null }, compiled);
  }

  async suggested(): Promise<FlatParams> {
    const { sampler, avoidsRepeats } = this.#proposer;
    let note: TrialNote = {};
    if (sampler.propose !== undefined || avoidsRepeats) {
      const space = this.#proposer.observedAt(this.record.startedAt as number);
      const point = await this.#proposer.again(this.#request(space), this.#rank);
      if (point === 'exhausted') throw this.#exhausted();
      if (point !== null)
        note = {
          proposal: Object.fromEntries(valuesOf(point)),
          ...(point.note === undefined ? {} : { sampler: point.note }),
        };
    }
    return this.#suggest(this.record.names, note, null);
  }

  /**
   * What the sampler says about its joint proposal. `null` if it says nothing.
   * @param space the declared space, `null` for none
   */
  explain(space: CompiledSpace | null): Explanation | null {
    const request = this.#request(space ?? this.#proposer.observedAt(this.record.startedAt as number));
    return this.#proposer.explain(request, readNote(this.record.systemAttrs?.get(keys.note))?.sampler);
  }

  /** The stored rank of the point among the candidates. */
  get #rank(): number {
    return readNote(this.record.systemAttrs?.get(keys.note))?.rank ?? 0;
  }

  /** Suggests the parameters again in their order. */
  #suggest(names: readonly string[], note: TrialNote, declared: CompiledSpace | null): FlatParams {
    const { number, startedAt, dists, names: all } = this.record;
    const suggestions = new Suggestions(
      this.#proposer,
      {
        number,
        startedAt: startedAt as number,
        enqueued: enqueuedParams(this.record) ?? noParams,
        note,
        total: this.#total,
        chosen: () => new Map(this.#chosen),
      },
      declared,
    );
    for (const name of names) {
      const dist = dists[all.indexOf(name)] as Distribution;
      this.#chosen.set(name, toExternal(dist, suggestions.value(name, dist)));
    }
    return Object.fromEntries(this.#chosen);
  }

  /** The request as the ask made it, before data of the trial was stored. */
  #request(space: CompiledSpace): ProposalRequest {
    const asked = { ...this.record, ...noPoint };
    const note = readNote(this.record.systemAttrs?.get(keys.note));
    const pending = note?.pending ?? (this.#proposer.sampler.supports.pending === true ? [] : null);
    return { ...requestFor(asked, space, this.#proposer.fixed, this.#total), pending, stale: note?.stale ?? [] };
  }

  #exhausted(): AsktellError {
    return new AsktellError(
      'exhausted',
      `Sampler ${show(this.#proposer.sampler.name)} has nothing left to propose for trial ${this.record.number}.`,
    );
  }
}

/** External values of a point by flat name. */
function valuesOf({ space, x }: Point): [string, Scalar][] {
  return space.params.flatMap(({ name, dist }, i): [string, Scalar][] =>
    Number.isNaN(x[i]) ? [] : [[name, toExternal(dist, x[i] as number)]],
  );
}
