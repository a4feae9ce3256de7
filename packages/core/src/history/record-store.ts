import { keys } from '../attribute-keys.ts';
import { contains, toInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import { growFloats } from './column.ts';
import { FinishOrder } from './finish-order.ts';
import type { RowParams, TrialHistory, TrialReports } from './history.ts';
import { readErrors, readGradient } from './measured.ts';
import { namedReports } from './named-reports.ts';
import { readNote, type TrialNote } from './note.ts';
import { OpenTrial } from './open-trial.ts';
import { defaultStaleAfter, isStale } from './stale.ts';
import { StudyMetrics } from './study-metrics.ts';
import { type Direction, type FailureReason, isFinished, type TrialRecord, type TrialState } from './trial-record.ts';
import { TrialTable } from './trial-table.ts';

const noRows: readonly number[] = [];
const noReports: TrialReports = { steps: [], values: [] };
const oneGroup = (): number => 0;

/**
 * All trials that a study has read from its storage, and their finish order. Finished trials are rows of a table.
 * Unfinished trials are kept separately, as they were last read or changed by this process.
 */
export class RecordStore implements TrialHistory {
  readonly directions: readonly Direction[];
  readonly metrics: StudyMetrics;
  readonly order: FinishOrder = new FinishOrder();
  readonly #table: TrialTable;
  /** Whether the table belongs to the storage, which writes every trial itself. */
  readonly #isTableShared: boolean;
  /** Unfinished rows. */
  readonly #open = new Map<number, OpenTrial>();
  readonly #running = new Set<number>();
  readonly #waiting = new Set<number>();
  #runningSorted: Int32Array | null = null;
  /** The first distribution of each parameter name. */
  readonly #known = new Map<string, Distribution>();
  #lastNames: readonly string[] | null = null;
  /** By row, the latest start of the earlier rows. The effective finish stamp is never less. */
  #startedBefore = new Float64Array(16);
  #latestStart = 0;
  #size = 0;
  #lost = 0;
  readonly #staleAfter: number;
  readonly group: (row: number) => number;

  /**
   * @param lent the table of a storage in this process, which is read directly instead of a copy
   * @param staleAfter milliseconds after which a running trial of another program counts as abandoned
   * @param metrics what trials report. The main metric is known after the first named report.
   * @param group the group of a trial, by number
   */
  constructor(
    directions: readonly Direction[],
    lent: TrialTable | null = null,
    staleAfter: number = defaultStaleAfter,
    metrics: StudyMetrics = new StudyMetrics(),
    group: (row: number) => number = oneGroup,
  ) {
    this.metrics = metrics;
    this.group = group;
    this.directions = directions;
    this.#staleAfter = staleAfter;
    this.#isTableShared = lent !== null;
    this.#table = lent ?? new TrialTable(directions.length);
  }

  /**
   * Adds or updates a record. Returns its position in finish order if it is newly finished, otherwise -1. A finished row
   * never changes, so putting it again has no effect.
   */
  put(record: TrialRecord): number {
    const row = record.number;
    if (row < this.#size && !this.#open.has(row)) return -1;
    for (; this.#size < row; this.#size++) this.#addUnread(this.#size);
    if (row === this.#size) {
      this.#recordStart(row, record);
      this.#size++;
    }
    this.#rememberNames(record);
    const isRunning = record.state === 'running';
    if (this.#running.has(row) !== isRunning) {
      if (isRunning) this.#running.add(row);
      else this.#running.delete(row);
      this.#runningSorted = null;
    }
    if (record.state === 'waiting') this.#waiting.add(row);
    else this.#waiting.delete(row);
    if (!isFinished(record.state)) {
      this.#open.set(row, new OpenTrial(record));
      if (!this.#isTableShared) this.#table.putStart(row, record.startedAt);
      return -1;
    }
    this.#open.delete(row);
    if (!this.#isTableShared) this.#table.put(record, false);
    if (this.failure(row)?.code === 'lost') this.#lost++;
    return this.order.insert(row, this.effectiveStamp(row));
  }

  /** Adds a placeholder for a row that was not read yet, although a later row was. */
  #addUnread(row: number): void {
    this.#recordStart(row, null);
    this.#open.set(row, new OpenTrial(unreadTrial(row)));
    if (!this.#isTableShared) this.#table.putStart(row, null);
  }

  #recordStart(row: number, record: TrialRecord | null): void {
    if (row >= this.#startedBefore.length) this.#startedBefore = growFloats(this.#startedBefore, Math.ceil(row * 1.5));
    this.#startedBefore[row] = this.#latestStart;
    if (record === null) return;
    // A queued trial can start long after later trials, so its start does not bound their finish stamps.
    const isQueued =
      record.state === 'waiting' ||
      record.systemAttrs?.has(keys.fixedParams) ||
      record.systemAttrs?.has(keys.retryHistory);
    if (!isQueued) this.#latestStart = Math.max(this.#latestStart, record.startedAt ?? 0);
  }

  #rememberNames({ names, dists }: RowParams): void {
    // Fast path: successive trials usually share the list of names.
    if (names === this.#lastNames) return;
    this.#lastNames = names;
    for (let i = 0; i < names.length; i++)
      if (!this.#known.has(names[i] as string)) this.#known.set(names[i] as string, dists[i] as Distribution);
  }

  /** Adds a parameter that a running trial of this process has just stored, so that it need not be read again. */
  addParam(row: number, name: string, dist: Distribution, x: number): void {
    const open = this.#open.get(row);
    if (open === undefined) return;
    open.addParam(name, dist, x);
    if (!this.#known.has(name)) this.#known.set(name, dist);
  }

  setReport(row: number, step: number, value: number): void {
    this.#open.get(row)?.setReport(step, value);
  }

  setAttr(row: number, scope: 'user' | 'system', key: string, value: Json): void {
    this.#open.get(row)?.setAttr(scope, key, value);
  }

  /** A row as plain data. */
  record(row: number): TrialRecord {
    return this.#open.get(row)?.record() ?? this.#table.record(row);
  }

  get size(): number {
    return this.#size;
  }

  state(row: number): TrialState {
    return this.#open.get(row)?.state ?? this.#table.state(row);
  }

  get finished(): Int32Array {
    return this.order.prefix(this.order.size);
  }

  get running(): Int32Array {
    this.#runningSorted ??= Int32Array.from(this.#running).sort();
    return this.#runningSorted;
  }

  /** The rows of {@link running} as an unordered set, without creating an array. */
  get runningRows(): ReadonlySet<number> {
    return this.#running;
  }

  /** Rows of waiting trials, ascending. */
  get waiting(): readonly number[] {
    return this.#waiting.size === 0 ? [] : [...this.#waiting].sort((a, b) => a - b);
  }

  /** The value of `asktell:owner` of an unfinished row, `null` when it has no owner. */
  owner(row: number): Json {
    return this.#open.get(row)?.attr(keys.owner) ?? null;
  }

  /** Whether a running row is an abandoned trial of another program, at a time in microseconds since 1970. */
  isStale(row: number, at: number): boolean {
    const open = this.#open.get(row);
    // All trials of Asktell have an owner.
    if (open === undefined || open.state !== 'running' || (open.attr(keys.owner) ?? null) !== null) return false;
    return isStale(this.startedAt[row] as number, open.heartbeatAt, at, this.#staleAfter);
  }

  /** Whether another program has given a sign of life of a running row, shortly before a time in microseconds since 1970. */
  isAlive(row: number, at: number): boolean {
    const heartbeatAt = this.#open.get(row)?.heartbeatAt;
    return heartbeatAt !== undefined && !isStale(0, heartbeatAt, at, 0);
  }

  /** Whether another program has stored a sign of life of an unfinished row. */
  hasHeartbeat(row: number): boolean {
    return this.#open.get(row)?.heartbeatAt !== undefined;
  }

  /** The running rows that are stale at a time in microseconds since 1970, ascending. */
  staleAt(at: number): readonly number[] {
    let rows: number[] | null = null;
    for (const row of this.#running) {
      if (!this.isStale(row, at)) continue;
      rows ??= [];
      rows.push(row);
    }
    return rows === null ? noRows : rows.sort((a, b) => a - b);
  }

  /** How often the worker of an unfinished row has died or its `take` loop was left. */
  attempts(row: number): number {
    const stored = this.#open.get(row)?.attr(keys.attempts);
    return typeof stored === 'number' ? stored : 0;
  }

  /** The number of finished trials that count towards the budget: all except lost ones. */
  get spent(): number {
    return this.order.size - this.#lost;
  }

  /** The first distribution of a parameter name. Later ones are compatible with it. */
  known(name: string): Distribution | undefined {
    return this.#known.get(name);
  }

  /** The number of {@link known} names. */
  get knownNames(): number {
    return this.#known.size;
  }

  params(row: number): RowParams {
    return this.#open.get(row)?.params ?? this.#table.params(row);
  }

  value(row: number, name: string): number {
    const open = this.#open.get(row);
    if (open === undefined) return this.#table.value(row, name);
    const { names, x } = open.params;
    const proposal = open.note(keys.note)?.proposal;
    if (proposal !== undefined && Object.hasOwn(proposal, name)) {
      // The trial may have suggested a range that does not contain the proposal, so use one that does.
      const dist = this.#table.columns.get(name)?.dists.find((known) => contains(known, proposal[name]));
      if (dist !== undefined) return toInternal(dist, proposal[name]);
    }
    const at = names.indexOf(name);
    return at < 0 ? Number.NaN : (x[at] as number);
  }

  values(objective: number): Float64Array {
    return this.#table.values(objective);
  }

  get violation(): Float64Array {
    return this.#table.violation;
  }

  get startedAt(): Float64Array {
    return this.#table.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.#table.finishedAt;
  }

  seen(row: number): number {
    const started = this.startedAt[row] as number;
    return Number.isNaN(started) ? 0 : this.order.countBefore(started);
  }

  reports(row: number, metric?: string): TrialReports {
    const open = this.#open.get(row);
    if (metric === undefined || metric === (this.attribute(row, keys.metric) ?? this.metrics.main))
      return (open === undefined ? this.#table.reports(row) : open.reports) ?? noReports;
    this.metrics.require(metric);
    return open === undefined ? namedReports(this.#table.attrs(row, 'system'), metric) : open.metric(metric);
  }

  get metricNames(): readonly string[] | null {
    return this.metrics.objectives;
  }

  get mainMetric(): string | null {
    return this.metrics.main;
  }

  failure(row: number): FailureReason | null {
    const stored = this.attribute(row, keys.failure);
    return typeof stored === 'object' && stored !== null && 'code' in stored
      ? (stored as unknown as FailureReason)
      : null;
  }

  attribute(row: number, key: string): Json | undefined {
    const open = this.#open.get(row);
    return open === undefined ? this.#table.attrs(row, 'system')?.get(key) : open.attr(key);
  }

  sem(row: number): readonly number[] | null {
    return readErrors(this.attribute(row, keys.sem));
  }

  gradient(row: number): { readonly [name: string]: number } | null {
    return readGradient(this.attribute(row, keys.gradient));
  }

  note(row: number): Json | undefined {
    return this.trialNote(row)?.sampler;
  }

  trialNote(row: number): TrialNote | undefined {
    return readNote(this.attribute(row, keys.note));
  }

  /** The stamp that decides the finish order: never before the start of a trial with a smaller number. */
  effectiveStamp(row: number): number {
    return Math.max(this.finishedAt[row] as number, this.#startedBefore[row] as number);
  }
}

function unreadTrial(number: number): TrialRecord {
  return {
    number,
    state: 'waiting',
    names: [],
    dists: [],
    x: [],
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: null,
    finishedAt: null,
  };
}
