import { keys } from '../attribute-keys.ts';
import type { Json } from '../json.ts';
import type { TrialReports } from './history.ts';
import type { TrialRecord } from './trial-record.ts';

/** Reports of one metric, ascending by step. */
export interface ReportLists {
  readonly steps: number[];
  readonly values: number[];
}

/** Adds or replaces the report of a step. Keeps the lists ascending by step. */
export function insertReport({ steps, values }: ReportLists, step: number, value: number): void {
  let at = steps.length;
  while (at > 0 && (steps[at - 1] as number) > step) at--;
  if (at > 0 && steps[at - 1] === step) values[at - 1] = value + 0;
  else {
    steps.splice(at, 0, step);
    values.splice(at, 0, value + 0);
  }
}

/** The key of the attribute with the metrics of a step, except the main one. */
export function stepKey(step: number): string {
  return keys.reportPrefix + step;
}

/** Adds what an attribute says about a metric. Does nothing for attributes of other kinds. */
export function addStored(lists: ReportLists, metric: string, key: string, stored: Json): void {
  if (!key.startsWith(keys.reportPrefix) || typeof stored !== 'object' || stored === null) return;
  const step = Number(key.slice(keys.reportPrefix.length));
  const value = Object.hasOwn(stored, metric) ? (stored as { readonly [name: string]: Json })[metric] : undefined;
  if (Number.isSafeInteger(step) && typeof value === 'number') insertReport(lists, step, value);
}

/** The stored reports of a metric other than the main one. */
export function namedReports(attrs: TrialRecord['systemAttrs'], metric: string): ReportLists {
  const lists: ReportLists = { steps: [], values: [] };
  for (const [key, stored] of attrs ?? []) addStored(lists, metric, key, stored);
  return lists;
}

/** All named metrics of a trial, the main one first. Empty if it has reported without names. */
export function allNamedReports({ reports, systemAttrs }: TrialRecord): ReadonlyMap<string, TrialReports> {
  const all = new Map<string, TrialReports>();
  const main = systemAttrs?.get(keys.metric);
  if (typeof main !== 'string') return all;
  if (reports !== null) all.set(main, reports);
  for (const [key, stored] of systemAttrs ?? [])
    if (key.startsWith(keys.reportPrefix) && typeof stored === 'object' && stored !== null)
      for (const metric of Object.keys(stored))
        if (!all.has(metric)) all.set(metric, namedReports(systemAttrs, metric));
  return all;
}
