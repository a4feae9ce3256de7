import { keys } from '../attribute-keys.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import { Attributes } from './attributes.ts';
import { Column, growFloats, growInts } from './column.ts';
import { constraintViolation } from './constraints.ts';
import type { RowParams } from './history.ts';
import { insertReport } from './named-reports.ts';
import type { TrialRecord, TrialState } from './trial-record.ts';

const states: readonly TrialState[] = ['waiting', 'running', 'complete', 'pruned', 'fail'];
const stateCodes: { readonly [S in TrialState]: number } = { waiting: 0, running: 1, complete: 2, pruned: 3, fail: 4 };

/** Index of the owner `null`, which is stored when a trial ends. */
const clearedOwner = 1;

/** A node of a trie: parameter names in order of suggestion, shared by all trials with the same list. */
interface NameList {
  readonly names: readonly string[];
  readonly index: number;
  readonly children: Map<string, NameList>;
  /** The columns of the names, parallel to `names`. */
  readonly columns: readonly Column[];
}

interface Reports {
  readonly steps: number[];
  readonly values: number[];
}

/**
 * Trials in columns, about 90 bytes for a trial of five parameters. Used by the study's history and by the in-memory
 * storage. Data that few trials have (attributes, reports) is in maps.
 */
export class TrialTable {
  size = 0;
  readonly objectives: number;
  readonly columns: Map<string, Column> = new Map();
  startedAt: Float64Array = new Float64Array(16);
  finishedAt: Float64Array = new Float64Array(16);
  violation: Float64Array = new Float64Array(16);
  #states = new Uint8Array(16);
  #nameLists = new Int32Array(16);
  #values: Float64Array[];
  /**
   * Index into `#owners`, 0 for none. Owners are separate from other attributes because nearly every trial of a storage has
   * one and there are few different owners. A study's own table does not store them, because every lease has a new owner.
   */
  #ownerOf = new Int32Array(16);
  readonly #owners: { readonly value: Json; readonly attrs: ReadonlyMap<string, Json> | null }[] = [
    { value: null, attrs: null },
    { value: null, attrs: new Map([[keys.owner, null]]) }, // of a finished trial
  ];
  readonly #lists: NameList[] = [{ names: [], index: 0, children: new Map(), columns: [] }];
  #lastPut: { readonly names: readonly string[]; readonly list: NameList } | null = null;
  readonly #reports = new Map<number, Reports>();
  readonly #userAttrs = new Attributes();
  readonly #systemAttrs = new Attributes();

  constructor(objectives: number) {
    this.objectives = objectives;
    this.#values = Array.from({ length: objectives }, () => new Float64Array(16));
  }

  /** Adds an empty row and returns its number. */
  append(state: TrialState, startedAt: number | null): number {
    const row = this.size;
    if (row === this.#states.length) this.#grow();
    this.size = row + 1;
    this.#states[row] = stateCodes[state];
    this.#nameLists[row] = 0;
    this.#ownerOf[row] = 0;
    this.startedAt[row] = startedAt ?? Number.NaN;
    this.finishedAt[row] = Number.NaN;
    this.violation[row] = Number.NaN;
    for (const column of this.#values) column[row] = Number.NaN;
    return row;
  }

  #grow(): void {
    const capacity = Math.ceil(this.#states.length * 1.5);
    const states = new Uint8Array(capacity);
    states.set(this.#states);
    this.#states = states;
    this.#nameLists = growInts(this.#nameLists, capacity);
    this.#ownerOf = growInts(this.#ownerOf, capacity);
    this.startedAt = growFloats(this.startedAt, capacity);
    this.finishedAt = growFloats(this.finishedAt, capacity);
    this.violation = growFloats(this.violation, capacity);
    this.#values = this.#values.map((column) => growFloats(column, capacity));
  }

  state(row: number): TrialState {
    return states[this.#states[row] as number] as TrialState;
  }

  setState(row: number, state: TrialState): void {
    this.#states[row] = stateCodes[state];
  }

  /** The column of an objective, NaN where a trial has no value. */
  values(objective: number): Float64Array {
    return this.#values[objective] as Float64Array;
  }

  setValues(row: number, values: readonly number[] | null): void {
    for (let k = 0; k < this.objectives; k++)
      (this.#values[k] as Float64Array)[row] = values === null ? Number.NaN : (values[k] ?? Number.NaN) + 0;
  }

  /** Values of a row, or `null` when it has none. */
  valuesOf(row: number): number[] | null {
    const first = this.#values[0]?.[row] as number;
    if (Number.isNaN(first)) return null;
    return this.objectives === 1 ? [first] : this.#values.map((column) => column[row] as number);
  }

  /** Internal value of a parameter, NaN where the row has none. */
  value(row: number, name: string): number {
    return this.columns.get(name)?.get(row) ?? Number.NaN;
  }

  /** Parameters of a row in order of suggestion. */
  params(row: number): RowParams {
    const { names, columns } = this.#list(row);
    const dists: Distribution[] = [];
    const x: number[] = [];
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as Column;
      dists.push(column.distribution(row) as Distribution);
      x.push(column.get(row));
    }
    return { names, dists, x };
  }

  hasParam(row: number, name: string): boolean {
    const column = this.columns.get(name);
    return column !== undefined && !Number.isNaN(column.get(row));
  }

  /** Sets a parameter for the first time in this row. */
  setParam(row: number, name: string, dist: Distribution, x: number): void {
    let column = this.columns.get(name);
    if (column === undefined) {
      column = new Column(dist);
      this.columns.set(name, column);
    }
    const list = this.#lists[this.#nameLists[row] as number] as NameList;
    if (Number.isNaN(column.get(row))) {
      let child = list.children.get(name);
      if (child === undefined) {
        child = {
          names: [...list.names, name],
          index: this.#lists.length,
          children: new Map(),
          columns: [...list.columns, column],
        };
        this.#lists.push(child);
        list.children.set(name, child);
      }
      this.#nameLists[row] = child.index;
    }
    column.set(row, x + 0, dist);
  }

  clearParams(row: number): void {
    const list = this.#list(row);
    if (list.index === 0) return;
    for (const column of list.columns) column.clear(row);
    this.#nameLists[row] = 0;
  }

  #list(row: number): NameList {
    return this.#lists[this.#nameLists[row] as number] as NameList;
  }

  #putParams(row: number, record: TrialRecord): void {
    const { names, dists, x } = record;
    if (names.length === 0) return;
    // Fast path without lookups by name: successive trials usually share the list of names.
    const last = this.#lastPut;
    if (last !== null && last.names === names) {
      for (let i = 0; i < names.length; i++)
        (last.list.columns[i] as Column).set(row, (x[i] as number) + 0, dists[i] as Distribution);
      this.#nameLists[row] = last.list.index;
      return;
    }
    for (let i = 0; i < names.length; i++)
      this.setParam(row, names[i] as string, dists[i] as Distribution, x[i] as number);
    this.#lastPut = { names, list: this.#list(row) };
  }

  /** Adds or replaces the report of a step. */
  setReport(row: number, step: number, value: number): void {
    let reports = this.#reports.get(row);
    if (reports === undefined) {
      reports = { steps: [], values: [] };
      this.#reports.set(row, reports);
    }
    insertReport(reports, step, value);
  }

  reports(row: number): { readonly steps: readonly number[]; readonly values: readonly number[] } | null {
    return this.#reports.get(row) ?? null;
  }

  /** Attributes of a row without the owner, which only {@link record} includes. */
  attrs(row: number, scope: 'user' | 'system'): ReadonlyMap<string, Json> | null {
    return (scope === 'user' ? this.#userAttrs : this.#systemAttrs).get(row);
  }

  /** Sets the owner. `null`: the row has no such attribute. */
  setOwner(row: number, owner: Json): void {
    if (owner === null) {
      this.#ownerOf[row] = 0;
      return;
    }
    let index = this.#owners.length - 1;
    // Search only recent owners: copied trials have an object each, and a full search would be slow.
    const last = Math.max(clearedOwner, index - 64);
    while (index > last && this.#owners[index]?.value !== owner) index--;
    if (index === last) index = this.#owners.push({ value: owner, attrs: new Map([[keys.owner, owner]]) }) - 1;
    this.#ownerOf[row] = index;
  }

  setAttr(row: number, scope: 'user' | 'system', key: string, value: Json): void {
    if (key === keys.owner && scope === 'system') {
      if (value === null) this.#ownerOf[row] = clearedOwner;
      else this.setOwner(row, value);
      return;
    }
    const attrs = (scope === 'user' ? this.#userAttrs : this.#systemAttrs).set(row, key, value);
    if (scope === 'system' && key.startsWith(keys.constraints)) this.violation[row] = constraintViolation(attrs);
  }

  /** Stores only the start of an unfinished trial. Appends rows as needed. */
  putStart(row: number, startedAt: number | null): void {
    while (this.size <= row) this.append('waiting', null);
    this.startedAt[row] = startedAt ?? Number.NaN;
  }

  /**
   * Writes a record into its row. Appends rows as needed.
   * @param keepOwner whether to store the owner
   */
  put(record: TrialRecord, keepOwner = true): void {
    const row = record.number;
    while (this.size <= row) this.append('waiting', null);
    this.clearParams(row);
    this.setState(row, record.state);
    this.startedAt[row] = record.startedAt ?? Number.NaN;
    this.finishedAt[row] = record.finishedAt ?? Number.NaN;
    this.setValues(row, record.values);
    this.#putParams(row, record);
    this.#putSparse(record, row, keepOwner);
  }

  #putSparse(record: TrialRecord, row: number, keepOwner: boolean): void {
    if (record.reports === null) {
      if (this.#reports.size > 0) this.#reports.delete(row);
    } else this.#reports.set(row, { steps: [...record.reports.steps], values: [...record.reports.values] });
    this.#userAttrs.delete(row);
    for (const [key, value] of record.userAttrs ?? []) this.setAttr(row, 'user', key, value);
    this.#systemAttrs.delete(row);
    this.violation[row] = Number.NaN;
    this.#ownerOf[row] = 0;
    if (record.systemAttrs === null) return;
    for (const [key, value] of record.systemAttrs)
      if (keepOwner || key !== keys.owner) this.setAttr(row, 'system', key, value);
  }

  /** A copy of the row as plain data. */
  record(row: number): TrialRecord {
    const { names, dists, x } = this.params(row);
    const started = this.startedAt[row] as number;
    const finished = this.finishedAt[row] as number;
    const reports = this.#reports.get(row);
    const userAttrs = this.#userAttrs.get(row);
    return {
      number: row,
      state: this.state(row),
      names,
      dists,
      x,
      values: this.valuesOf(row),
      reports: reports === undefined ? null : { steps: reports.steps.slice(), values: reports.values.slice() },
      userAttrs: userAttrs === null ? null : new Map(userAttrs),
      systemAttrs: this.#systemRecord(row),
      startedAt: Number.isNaN(started) ? null : started,
      finishedAt: Number.isNaN(finished) ? null : finished,
    };
  }

  #systemRecord(row: number): ReadonlyMap<string, Json> | null {
    const attrs = this.#systemAttrs.get(row);
    const owner = this.#owners[this.#ownerOf[row] as number];
    if (owner === undefined || owner.attrs === null) return attrs === null ? null : new Map(attrs);
    return attrs === null ? owner.attrs : new Map(attrs).set(keys.owner, owner.value);
  }

  /** Removes the last row, to undo an ask. */
  pop(): void {
    const row = this.size - 1;
    this.clearParams(row);
    this.#reports.delete(row);
    this.#userAttrs.delete(row);
    this.#systemAttrs.delete(row);
    this.size = row;
  }
}
