import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { RowParams } from './history.ts';
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

/** Adds or replaces the report of a step. Keeps the lists ascending by step. */
export function insertReport(
  { steps, values }: { readonly steps: number[]; readonly values: number[] },
  step: number,
  value: number,
): void {
  let at = steps.length;
  while (at > 0 && (steps[at - 1] as number) > step) at--;
  if (at > 0 && steps[at - 1] === step) values[at - 1] = value + 0;
  else {
    steps.splice(at, 0, step);
    values.splice(at, 0, value + 0);
  }
}
