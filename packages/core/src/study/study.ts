/// <reference lib="esnext.disposable" preserve="true" />

import { addTrials, type NewTrialInput } from '../ask-tell/add-trial.ts';
import { type AskBatchOptions, askBatchChecks, askTrials } from '../ask-tell/ask.ts';
import { type EnqueueOptions, enqueue } from '../ask-tell/enqueue.ts';
import { type FailRunningOptions, failRunning } from '../ask-tell/fail-running.ts';
import { noMoreTrials, noticeHeldTotal } from '../ask-tell/no-more-trials.ts';
import { type TellTarget, tell } from '../ask-tell/tell.ts';
import { type TellEntry, tellBatch } from '../ask-tell/tell-batch.ts';
import { check, checkOptions, checkValue, isFunction, must } from '../checks/checks.ts';
import { AsktellError } from '../errors.ts';
import type { Directions, ForOneObjective, Measured } from '../history/directions.ts';
import { inspectAs } from '../inspection.ts';
import { Optimization } from '../optimize/optimize.ts';
import {
  type Objective,
  type OptimizeOptions,
  optimizeChecks,
  type TakeOptions,
  takeChecks,
} from '../optimize/options.ts';
import { Taking } from '../optimize/take.ts';
import type { RepeatPolicy } from '../pruner/repeat-policy.ts';
import { paretoFront } from '../session/pareto-front.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { InferParams, PartialParams, Space } from '../space/infer.ts';
import { freeze } from '../trial/freeze.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';
import { type TellOptions, tellChecks } from '../trial/outcome.ts';
import type { Trial } from '../trial/trial.ts';
import type { DeclaredSpaces } from './declare-space.ts';
import { Loops } from './loops.ts';
import { type TrialRow, toCsv, toRows } from './rows.ts';
import { studyFields } from './study-fields.ts';
import { StudyInfo } from './study-info.ts';
import { requireOneObjective } from './study-options.ts';
import type { StudyParts } from './study-parts.ts';
import { filterChecks, rowsIn, type TrialFilter } from './trial-filter.ts';

const isObjective = must('a function', isFunction);

/**
 * A series of trials that search for the best parameters. Made by `createStudy` and `loadStudy`.
 * Getters are asynchronous and read the storage. `history` contains what was read last.
 */
export class Study<
  P extends object = { readonly [name: string]: unknown },
  D extends Directions = Directions,
  M extends string = string,
> extends StudyInfo<D> {
  readonly #session: Session;
  readonly #space: DeclaredSpace | null;
  readonly #spaces: DeclaredSpaces;
  readonly #ownsStorage: boolean;
  readonly #repeatPolicies: readonly RepeatPolicy[];
  readonly #loops: Loops;

  /** @internal Made by `createStudy` and `loadStudy`. */
  constructor(parts: StudyParts) {
    super(parts.session);
    const { session, space, spaces, ownsStorage, onInterrupt, repeatPolicies } = parts;
    this.#session = session;
    this.#space = space;
    this.#spaces = spaces;
    this.#ownsStorage = ownsStorage;
    this.#repeatPolicies = repeatPolicies;
    this.#loops = new Loops(session, onInterrupt);
  }

  /** @internal For `replayProposal` and the tests of this package. */
  get internals(): Pick<StudyParts, 'session' | 'space' | 'spaces'> {
    return { session: this.#session, space: this.#space, spaces: this.#spaces };
  }

  /**
   * Starts a trial: takes a released or orphaned one, the next one from the queue, or a new one. With a space, all of its
   * parameters are proposed jointly and stored before this resolves.
   * @throws AsktellError `exhausted`, `unsatisfiable-space`, `invalid-space`, `space-conflict`
   */
  ask<const S extends Space>(space: S): Promise<Trial<InferParams<S>, M>>;
  ask(): Promise<Trial<P, M>>; // last, so that ReturnType<typeof study.ask> is a trial of the study's own space
  async ask(space?: Space, ...others: readonly unknown[]): Promise<unknown> {
    if (others.length > 0)
      throw new AsktellError(
        'invalid-argument',
        'ask takes one argument, a space. For options call askBatch(1, { … }).',
      );
    const [trial] = await this.#ask(1, space === undefined ? {} : { space });
    if (trial === undefined) throw noMoreTrials(this.#session);
    return trial;
  }

  /**
   * Starts several trials in one transaction. Each proposal sees the earlier ones as pending. Resolves to fewer trials, or
   * none, when the sampler or the total runs out.
   * @throws AsktellError `invalid-argument`, `unsatisfiable-space`, `invalid-space`, `space-conflict`
   * @example for (const trial of await study.askBatch(8)) await study.tell(trial, await measure(trial.params))
   */
  async askBatch<const S extends Space | undefined = undefined>(
    count: number,
    options: AskBatchOptions<S> = {},
  ): Promise<Trial<S extends Space ? InferParams<S> : P, M>[]> {
    checkValue('askBatch: the number of trials', count, check.count(1));
    checkOptions('askBatch', options, askBatchChecks);
    return (await this.#ask(count, options)) as unknown as Trial<S extends Space ? InferParams<S> : P, M>[];
  }

  async #ask(count: number, { space, total, lease = false }: AskBatchOptions): Promise<readonly Trial[]> {
    const declared = space === undefined ? this.#space : await this.#spaces.get(space);
    const run = { count, owned: lease, total: total ?? null, space: declared, retry: null };
    const asked = await askTrials(this.#session, run);
    noticeHeldTotal(this.#session, asked, run.total);
    return asked.trials;
  }

  /**
   * Stores the result of a trial, durably by the time it resolves. NaN ends the trial as `fail`.
   * @param trial a trial, or the number of a running one, which another process may have asked for
   * @throws AsktellError `invalid-value` (missing value, non-number, wrong number of values: the trial stays running),
   *   `invalid-argument`, `trial-not-found`, `trial-waiting`, `trial-finished`
   */
  async tell(
    trial: Trial<never> | Trial | number | { readonly number: number },
    value?: Measured<D> | null,
    options: TellOptions = {},
  ): Promise<FrozenTrial<P>> {
    checkOptions('tell', options, tellChecks);
    return this.#freeze(await tell(this.#session, trial as TellTarget, value, options));
  }

  /**
   * Tells several trials in one write: all or none.
   * @throws AsktellError as `tell`
   */
  async tellBatch(entries: readonly TellEntry[]): Promise<FrozenTrial<P>[]> {
    return (await tellBatch(this.#session, entries)).map((number) => this.#freeze(number));
  }

  /** Ends a trial as pruned. Its value is that of the largest reported step. */
  async prune(trial: TellTarget): Promise<FrozenTrial<P>> {
    return this.#freeze(await tell(this.#session, trial, undefined, { state: 'pruned' }));
  }

  /** Ends a trial as failed. */
  async fail(trial: TellTarget, reason?: string): Promise<FrozenTrial<P>> {
    checkOptions('fail', { reason }, tellChecks);
    return this.#freeze(
      await tell(this.#session, trial, undefined, { state: 'fail', ...(reason === undefined ? {} : { reason }) }),
    );
  }

  /**
   * Asks, measures and tells until the budget is used up, the sampler is exhausted, or something stops it.
   * @throws AsktellError `invalid-argument`, `unsupported` (`repeat` with several objectives); and what the objective
   *   throws, unless `catch` covers it
   * @example await study.optimize((trial) => (trial.suggestFloat('x', -10, 10) - 2) ** 2, { trials: 100 })
   */
  async optimize(objective: Objective<P, D, M>, options: OptimizeOptions<P> = {}): Promise<void> {
    checkOptions('optimize', options, optimizeChecks);
    checkValue('optimize: the objective', objective, isObjective);
    const run = new Optimization(
      {
        session: this.#session,
        space: this.#space,
        freeze: (number) => this.#freeze(number),
        guard: this.#loops.guard,
        repeatPolicies: this.#repeatPolicies,
      },
      objective as unknown as Objective<object, Directions>,
      options as OptimizeOptions<object>,
    );
    await this.#loops.during(run, () => run.run());
  }

  /**
   * Yields trials one at a time, for a loop in your own code that tells each of them. Ends when the budget is used up
   * or the sampler is exhausted. If the loop is left (`break`, `throw`) before a trial is told, the next ask takes that
   * trial again. After three such attempts it ends as failed with reason `crashed`.
   * @throws AsktellError `invalid-argument`
   * @example for await (const trial of study.take({ trials: 100 })) await study.tell(trial, measure(trial.params))
   */
  async *take(options: TakeOptions = {}): AsyncGenerator<Trial<P, M>, void, undefined> {
    checkOptions('take', options, takeChecks);
    const loop = new Taking({ session: this.#session, space: this.#space, guard: this.#loops.guard });
    const remove = this.#loops.add(loop);
    try {
      yield* loop.trials(options.trials) as AsyncGenerator<unknown> as AsyncGenerator<Trial<P, M>, void>;
    } finally {
      remove();
    }
  }

  /**
   * Ends the `optimize` and `take` loops of this handle. They start no more trials, and `optimize` aborts the signals
   * of running ones. A trial whose objective throws then is released: the next ask takes it, with its parameters. Does
   * nothing without a loop.
   */
  stop(): void {
    this.#loops.stop('The study was stopped.');
  }

  /**
   * Ends running trials that no worker holds as `fail` with reason `lost`: those of other programs, such as Optuna, and of
   * plain asks. Resolves to their numbers.
   * @throws AsktellError `invalid-argument`
   * @example await study.failRunning({ olderThan: 24 * 3_600_000 })
   */
  async failRunning(options: FailRunningOptions): Promise<readonly number[]> {
    return failRunning(this.#session, options);
  }

  /**
   * Adds a trial to the queue. The next ask takes it and samples the parameters that are omitted. Resolves to its
   * number.
   * @throws AsktellError `invalid-argument`; `invalid-value` for unknown names, and for values out of range if it is
   *   known
   */
  async enqueue(params: PartialParams<P>, options: EnqueueOptions = {}): Promise<number> {
    return enqueue(this.#session, this.#space, params, options);
  }

  /**
   * Adds a trial that was measured elsewhere. Resolves to its number here.
   * @throws AsktellError `invalid-value`, `space-conflict`
   */
  async addTrial(trial: NewTrialInput | FrozenTrial<P>): Promise<number> {
    return (await this.addTrials([trial]))[0] as number;
  }

  /**
   * Adds several trials, all or none. Resolves to their numbers.
   * @throws AsktellError `invalid-value`, `space-conflict`
   */
  async addTrials(trials: readonly (NewTrialInput | FrozenTrial<P>)[]): Promise<readonly number[]> {
    return addTrials(this.#session, this.#space, trials as readonly NewTrialInput[]);
  }

  /** All trials, or those in some states, by number. */
  async trials(filter: TrialFilter = {}): Promise<FrozenTrial<P>[]> {
    checkOptions('trials', filter, filterChecks);
    await this.#session.refresh(Array.from(this.#session.history.running));
    return rowsIn(this.#session.history, filter).map((row) => this.#freeze(row));
  }

  /**
   * The complete, feasible trial with the best value. `undefined` if there is none. With noise it is mostly a lucky one: the
   * function `recommend` of `asktell` finds the trial that is best by a model. With several objectives, use
   * {@link bestTrials}, the Pareto front.
   * @throws AsktellError `unsupported` in a study with several objectives
   */
  async bestTrial(this: ForOneObjective<D>): Promise<FrozenTrial<P> | undefined> {
    return (this as Study<P, D, M>).#best('bestTrial()');
  }

  async #best(what: string): Promise<FrozenTrial<P> | undefined> {
    requireOneObjective(this.#session.study, what, 'bestTrials(), the Pareto front');
    await this.#session.refresh();
    const { row } = this.#session.best;
    return row < 0 ? undefined : this.#freeze(row);
  }

  /** The Pareto front of complete, feasible trials. With one objective: all trials with the best value. */
  async bestTrials(): Promise<FrozenTrial<P>[]> {
    await this.#session.refresh();
    return paretoFront(this.#session.history).map((row) => this.#freeze(row));
  }

  async bestValue(this: ForOneObjective<D>): Promise<number | undefined> {
    return (await (this as Study<P, D, M>).#best('bestValue()'))?.value;
  }

  async bestParams(this: ForOneObjective<D>): Promise<P | undefined> {
    return (await (this as Study<P, D, M>).#best('bestParams()'))?.params;
  }

  /** One flat object per trial, with the column names of Optuna's data frame. */
  async toRows(): Promise<TrialRow[]> {
    return toRows(await this.trials(), this.metricNames, this.directions.length);
  }

  /** The rows as CSV (RFC 4180). */
  async toCsv(): Promise<string> {
    return toCsv(await this.toRows());
  }

  /**
   * Stops all loops, releases the leased trials that still run, and closes the storage if the study opened it (from a path
   * or URL). The next ask takes released trials. Trials of plain asks stay as they are.
   */
  async close(): Promise<void> {
    await this.#loops.end('The study was closed.');
    if (this.#ownsStorage) await this.#session.storage.close();
  }

  /** {@link close}s the study at the end of a block: `await using study = await createStudy({ storage: 'study.db' })`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #freeze(row: number): FrozenTrial<P> {
    return freeze(this.#session, row, this.#space);
  }
}

inspectAs(Study, ({ internals: { session, space }, metricNames }: Study) => studyFields(session, space, metricNames));
