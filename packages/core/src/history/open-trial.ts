import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { RowParams, TrialReports } from './history.ts';
import { addStored, insertReport, namedReports, type ReportLists } from './named-reports.ts';
import { readNote, type TrialNote } from './note.ts';
import type { TrialRecord, TrialState } from './trial-record.ts';

/** A waiting or running trial as it was last read, with the changes that this process has stored since. */
export class OpenTrial {
  readonly state: TrialState;
  readonly #record: TrialRecord;
  /** Copies of the lists of the record, created by the first change. */
  #params: { readonly names: string[]; readonly dists: Distribution[]; readonly x: number[] } | null = null;
  #reports: { readonly steps: number[]; readonly values: number[] } | null = null;
  #userAttrs: Map<string, Json> | null = null;
  #systemAttrs: Map<string, Json> | null = null;
  /** Reports of metrics that were read, so that a decision costs what one step adds. */
  #metrics: Map<string, ReportLists> | null = null;

  constructor(record: TrialRecord) {
    this.state = record.state;
    this.#record = record;
  }

  get params(): RowParams {
    return this.#params ?? this.#record;
  }

  get reports(): TrialRecord['reports'] {
    return this.#reports ?? this.#record.reports;
  }

  get heartbeatAt(): number | undefined {
    return this.#record.heartbeatAt;
  }

  attr(key: string): Json | undefined {
    return (this.#systemAttrs ?? this.#record.systemAttrs)?.get(key);
  }

  note(key: string): TrialNote | undefined {
    return readNote(this.attr(key));
  }

  /** Adds a parameter. An existing one keeps its value. */
  addParam(name: string, dist: Distribution, x: number): void {
    if (this.params.names.includes(name)) return;
    if (this.#params === null) {
      const { names, dists, x: values } = this.#record;
      this.#params = { names: [...names], dists: [...dists], x: Array.from(values) };
    }
    this.#params.names.push(name);
    this.#params.dists.push(dist);
    this.#params.x.push(x + 0);
  }

  /** The reports of a metric other than the main one. */
  metric(name: string): TrialReports {
    let lists = this.#metrics?.get(name);
    if (lists === undefined) {
      lists = namedReports(this.#systemAttrs ?? this.#record.systemAttrs, name);
      this.#metrics ??= new Map();
      this.#metrics.set(name, lists);
    }
    return lists;
  }

  /** Adds or replaces the report of a step. */
  setReport(step: number, value: number): void {
    const { reports } = this.#record;
    this.#reports ??= { steps: [...(reports?.steps ?? [])], values: [...(reports?.values ?? [])] };
    insertReport(this.#reports, step, value);
  }

  setAttr(scope: 'user' | 'system', key: string, value: Json): void {
    if (scope === 'user') {
      this.#userAttrs ??= new Map(this.#record.userAttrs);
      this.#userAttrs.set(key, value);
    } else {
      this.#systemAttrs ??= new Map(this.#record.systemAttrs);
      this.#systemAttrs.set(key, value);
      for (const [name, lists] of this.#metrics ?? []) addStored(lists, name, key, value);
    }
  }

  /** A copy of the trial as plain data. */
  record(): TrialRecord {
    const copy = { ...this.#record };
    if (this.#params !== null) {
      const { names, dists, x } = this.#params;
      Object.assign(copy, { names: [...names], dists: [...dists], x: [...x] });
    }
    if (this.#reports !== null) {
      const { steps, values } = this.#reports;
      Object.assign(copy, { reports: { steps: [...steps], values: [...values] } });
    }
    if (this.#userAttrs !== null) Object.assign(copy, { userAttrs: new Map(this.#userAttrs) });
    if (this.#systemAttrs !== null) Object.assign(copy, { systemAttrs: new Map(this.#systemAttrs) });
    return copy;
  }
}
