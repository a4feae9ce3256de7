import type { NewTrialInput } from '../ask-tell/add-trial.ts';
import { askTrials } from '../ask-tell/ask.ts';
import type { EnqueueOptions } from '../ask-tell/enqueue.ts';
import { tell } from '../ask-tell/tell.ts';
import { keys } from '../attribute-keys.ts';
import { isAnything, isBudget, isCount, isPlain, isWhole, type Looks } from '../checks/plain.ts';
import { AsktellError, show } from '../errors.ts';
import type { TrialHistory } from '../history/history.ts';
import type { Direction, TrialState } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { readBudget, type TrialBudget } from '../optimize/budget.ts';
import { isPlainRun, type Objective, Optimization, type OptimizeOptions } from '../optimize/optimize.ts';
import type { DuplicatePolicy } from '../proposal/duplicates.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams, InferParams, PartialParams, Space } from '../space/infer.ts';
import type { Storage } from '../storage/storage.ts';
import { checkAttr } from '../trial/attribute-value.ts';
import { FrozenTrial } from '../trial/frozen-trial.ts';
import type { TellOptions } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { TrialRow } from './rows.ts';

export interface AskOptions {
  /** How many trials, 1 by default: all from one transaction, each proposal sees the earlier ones as pending. */
  readonly count?: number;
  /** Total budget of the study: when it is used up, `ask` rejects with `budget-reached`. */
  readonly total?: number;
  /** Lease the trials: if this process dies, another worker takes them over. Default `false`: they wait for their tell for ever. */
  readonly lease?: boolean;
}

export const askLooks: Looks = { count: isCount, total: isWhole, lease: isAnything };
export const tellLooks: Looks = { state: isAnything, skipIfFinished: isAnything, reason: isAnything };
export const takeLooks: Looks = { trials: isBudget };

/**
 * A series of trials that look for the best parameters. Made by `createStudy` and `loadStudy`.
 * Getters are asynchronous and read the storage; `history` is the mirror in memory.
 */
export class Study<P extends object = FlatParams> {
  readonly #session: Session;
  readonly #space: DeclaredSpace | null;
  readonly #ownsStorage: boolean;
  readonly #loops = new Set<{ stop(reason: string): void }>();
  #metricNames: readonly string[] | null;

  /** Made by `createStudy` and `loadStudy`. */
  constructor(session: Session, space: DeclaredSpace | null, ownsStorage: boolean) {
    this.#session = session;
    this.#space = space;
    this.#ownsStorage = ownsStorage;
    const names = session.study.systemAttrs.get(keys.metricNames);
    this.#metricNames = Array.isArray(names) ? names.map(String) : null;
  }

  get name(): string {
    return this.#session.study.ref.name;
  }

  get directions(): readonly Direction[] {
    return this.#session.study.directions;
  }

  /** @throws AsktellError `unsupported` in a study of several objectives */
  get direction(): Direction {
    this.#requireOne('direction', 'directions');
    return this.directions[0] as Direction;
  }

  /** One name per objective, or `null`. */
  get metricNames(): readonly string[] | null {
    return this.#metricNames;
  }

  get seed(): number {
    return this.#session.seed;
  }

  get sampler(): Sampler {
    return this.#session.sampler;
  }

  get pruner(): Pruner {
    return this.#session.pruner;
  }

  /** Whether points may be tried again. */
  get duplicates(): DuplicatePolicy {
    return this.#session.makeGuard === null ? 'allow' : 'avoid';
  }

  get storage(): Storage {
    return this.#session.storage;
  }

  /** The name under which this handle runs trials. */
  get worker(): string {
    return this.#session.ownership.worker;
  }

  /** The trials as they stood at the last look, in columns. Synchronous; any awaited getter brings it up to date. */
  get history(): TrialHistory {
    return this.#session.store;
  }

  /** @internal What the conformance suites look into. */
  get session(): Session {
    return this.#session;
  }

  /** @internal The space that `ask()` proposes from. */
  get declaredSpace(): DeclaredSpace | null {
    return this.#space;
  }

  /**
   * Starts a trial: takes over an orphan, pops the queue, or makes a new one. With a space, all its parameters are proposed
   * jointly and stored before this resolves.
   * @throws AsktellError `exhausted`, `budget-reached`, `unsatisfiable-space`, `invalid-space`, `space-conflict`
   */
  ask(): Promise<Trial<P>>;
  ask<const S extends Space>(space: S): Promise<Trial<InferParams<S>>>;
  ask<const S extends Space>(
    space: S,
    options: AskOptions & { readonly count: number },
  ): Promise<Trial<InferParams<S>>[]>;
  ask<const S extends Space>(space: S, options: AskOptions): Promise<Trial<InferParams<S>>>;
  ask(space: undefined, options: AskOptions & { readonly count: number }): Promise<Trial<P>[]>;
  ask(space: undefined, options: AskOptions): Promise<Trial<P>>;
  async ask(space?: Space, options: AskOptions = {}): Promise<unknown> {
    if (!isPlain(options, askLooks)) await this.#session.seldom(({ checkAsk }) => checkAsk(options));
    const { count = 1, total = null } = options;
    const declared = space === undefined ? this.#space : await this.#session.declared(space);
    const asked = await askTrials(this.#session, { count, owned: options.lease === true, total, space: declared });
    if (asked.trials.length === 0)
      throw await this.#session.seldom(({ noMoreTrials }) => noMoreTrials(this, asked.end, total));
    return options.count === undefined ? asked.trials[0] : asked.trials;
  }

  /**
   * Reports how a trial went. When it resolves, the result is stored for good. NaN ends the trial as `fail`.
   * @param trial a trial, or the number of a running one, also one asked by another process
   * @throws AsktellError `invalid-value` (missing value, non-number, wrong number of values: the trial stays running),
   *   `invalid-argument`, `trial-not-found`, `trial-waiting`, `trial-finished`
   */
  async tell(
    trial: Trial<never> | Trial | number | { readonly number: number },
    value?: number | readonly number[] | null,
    options: TellOptions = {},
  ): Promise<FrozenTrial<P>> {
    if (!isPlain(options, tellLooks)) await this.#session.seldom(({ checkTell }) => checkTell(options));
    await tell(this.#session, trial as Trial | number, value, options);
    await this.#session.refresh();
    return this.#freeze(typeof trial === 'number' ? trial : trial.number);
  }

  /**
   * Asks, measures and tells until the budget is used up, the sampler is exhausted, or something stops it.
   * @throws AsktellError `invalid-argument`; and whatever the objective throws, unless `catch` covers it
   * @example await study.optimize((trial) => (trial.suggestFloat('x', -10, 10) - 2) ** 2, { trials: 100 })
   */
  async optimize(objective: Objective<P>, options: OptimizeOptions<P> = {}): Promise<void> {
    if (!isPlainRun(objective, options)) await this.#session.seldom(({ checkRun }) => checkRun(objective, options));
    const run = new Optimization(
      this.#session,
      objective as Objective<object>,
      options as OptimizeOptions<object>,
      this.#space,
      (number) => this.#freeze(number),
    );
    this.#loops.add(run);
    try {
      await run.run();
    } finally {
      this.#loops.delete(run);
    }
  }

  /**
   * Trials one after the other, for a loop of your own. Tell each of them. Ends with the budget, or when the sampler is exhausted.
   * @example for await (const trial of study.take({ trials: 100 })) await study.tell(trial, measure(trial.params))
   */
  async *take(options: { readonly trials?: TrialBudget } = {}): AsyncGenerator<Trial<P>, void, undefined> {
    if (!isPlain(options, takeLooks)) await this.#session.seldom(({ checkTake }) => checkTake(options));
    const { more, total } = readBudget(options.trials);
    let stopped = false;
    const loop = {
      stop: (): void => {
        stopped = true;
      },
    };
    this.#loops.add(loop);
    try {
      for (let taken = 0; taken < more && !stopped; taken++) {
        const { trials } = await askTrials(this.#session, { count: 1, owned: true, total, space: this.#space });
        if (trials.length === 0) return;
        yield trials[0] as unknown as Trial<P>;
      }
    } finally {
      this.#loops.delete(loop);
    }
  }

  /** Ends the `optimize` and `take` loops of this handle: no new trials, signals of running ones are aborted. Without a loop it does nothing. */
  stop(): void {
    for (const loop of this.#loops) loop.stop('The study was stopped.');
  }

  /**
   * Puts parameters into the queue: the next ask gets them, and samples those that are left out. Resolves to the number.
   * @throws AsktellError `invalid-value` for unknown names, and values out of range as far as ranges are known
   */
  async enqueue(params: PartialParams<P>, options: EnqueueOptions = {}): Promise<number> {
    return this.#session.seldom(({ enqueue }) => enqueue(this.#session, this.#space, params, options));
  }

  /**
   * Adds a trial that was measured elsewhere. Resolves to its number here.
   * @throws AsktellError `invalid-value`, `space-conflict`
   */
  async addTrial(trial: NewTrialInput | FrozenTrial<P>): Promise<number> {
    return (await this.addTrials([trial]))[0] as number;
  }

  /** Adds several trials, all or none. */
  async addTrials(trials: readonly (NewTrialInput | FrozenTrial<P>)[]): Promise<readonly number[]> {
    return this.#session.seldom(({ addTrials }) =>
      addTrials(this.#session, this.#space, trials as readonly NewTrialInput[]),
    );
  }

  /** All trials, or those in some states, by number. */
  async trials(filter: { readonly states?: readonly TrialState[] } = {}): Promise<FrozenTrial<P>[]> {
    if (!isPlain(filter, {})) await this.#session.seldom(({ checkFilter }) => checkFilter(filter));
    const { store } = this.#session;
    await this.#session.refresh(Array.from(store.running));
    const out: FrozenTrial<P>[] = [];
    for (let row = 0; row < this.#session.store.size; row++) {
      if (filter.states === undefined || filter.states.includes(this.#session.store.state(row)))
        out.push(this.#freeze(row));
    }
    return out;
  }

  /**
   * The best complete, feasible trial; `undefined` while there is none.
   * @throws AsktellError `unsupported` in a study of several objectives
   */
  async bestTrial(): Promise<FrozenTrial<P> | undefined> {
    this.#requireOne('bestTrial()', 'bestTrials()');
    await this.#session.refresh();
    const { row } = this.#session.best;
    return row < 0 ? undefined : this.#freeze(row);
  }

  /** The Pareto front: complete, feasible trials that no other one dominates. With one objective: the best ones. */
  async bestTrials(): Promise<FrozenTrial<P>[]> {
    await this.#session.refresh();
    const rows = await this.#session.seldom(({ paretoFront }) => paretoFront(this.#session.store));
    return rows.map((row) => this.#freeze(row));
  }

  async bestValue(): Promise<number | undefined> {
    return (await this.bestTrial())?.value;
  }

  async bestParams(): Promise<P | undefined> {
    return (await this.bestTrial())?.params;
  }

  /** One flat object per trial, with the column names of Optuna's data frame. */
  async toRows(): Promise<TrialRow[]> {
    const trials = await this.trials();
    return this.#session.seldom(({ toRows }) => toRows(trials, this.#metricNames, this.directions.length));
  }

  /** The rows as CSV (RFC 4180). */
  async toCsv(): Promise<string> {
    const rows = await this.toRows();
    return this.#session.seldom(({ toCsv }) => toCsv(rows));
  }

  /** Attributes of the study itself. */
  async userAttrs(): Promise<{ readonly [key: string]: Json }> {
    const record = await this.#session.storage.findStudy(this.name);
    return Object.fromEntries(record?.userAttrs ?? []);
  }

  async setUserAttr(key: string, value: Json): Promise<void> {
    await this.#session.storage.setStudyAttrs(this.#session.study.ref, [
      { scope: 'user', key, value: checkAttr(key, value) },
    ]);
  }

  /** Names the objectives: they turn up in rows, in CSV and in Optuna's dashboard. */
  async setMetricNames(names: readonly string[]): Promise<void> {
    this.#metricNames = await this.#session.seldom(({ setMetricNames }) => setMetricNames(this.#session, names));
  }

  /** Closes the storage if the study has opened it itself (from a path or URL). Trials still running become orphans. */
  async close(): Promise<void> {
    this.stop();
    for (const number of [...this.#session.ownership.active]) this.#session.ownership.release(number);
    if (this.#ownsStorage) await this.#session.storage.close();
  }

  #freeze(row: number): FrozenTrial<P> {
    const { store } = this.#session;
    const state = store.state(row);
    // A finished row never changes: it can be read when it is looked at. An unfinished one is copied now.
    const record = state === 'running' || state === 'waiting' ? store.record(row) : null;
    return new FrozenTrial<P>(row, state, () => record ?? store.record(row), this.#space);
  }

  #requireOne(what: string, instead: string): void {
    if (this.directions.length === 1) return;
    throw new AsktellError(
      'unsupported',
      `${what} is for one objective, and study ${show(this.name)} has ${this.directions.length}; use ${instead}.`,
    );
  }
}
