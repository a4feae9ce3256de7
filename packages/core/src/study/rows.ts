import type { Scalar } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { FrozenTrial } from '../trial/frozen-trial.ts';

/** A trial as one flat row, with the column names of Optuna's data frame, and `constraints_*`. */
export type TrialRow = { [column: string]: Scalar | Date | Json | undefined };

/** Rows of trials: number, value(s), dates, duration in milliseconds, `params_*`, `user_attrs_*`, `constraints_*`, state. */
export function toRows(
  trials: readonly FrozenTrial<object>[],
  objectives: readonly string[] | null,
  count: number,
): TrialRow[] {
  return trials.map((trial) => {
    const row: TrialRow = { number: trial.number };
    for (let k = 0; k < count; k++) row[valueColumn(objectives, count, k)] = trial.values?.[k] ?? null;
    row['datetime_start'] = trial.datetimeStart ?? null;
    row['datetime_complete'] = trial.datetimeComplete ?? null;
    row['duration'] = trial.duration ?? null;
    for (const [name, value] of Object.entries(trial.flatParams)) row[`params_${name}`] = value;
    for (const [key, value] of Object.entries(trial.userAttrs)) row[`user_attrs_${key}`] = value;
    for (const [name, value] of Object.entries(trial.constraints)) row[`constraints_${name}`] = value;
    row['state'] = trial.state;
    return row;
  });
}

function valueColumn(names: readonly string[] | null, count: number, k: number): string {
  if (names !== null) return count === 1 ? `value_${names[k]}` : `values_${names[k]}`;
  return count === 1 ? 'value' : `values_${k}`;
}

/** RFC 4180: comma, CRLF, quotes where needed. Dates as ISO 8601 in UTC, other objects as JSON, missing cells empty. */
export function toCsv(rows: readonly TrialRow[]): string {
  const columns: string[] = [];
  const known = new Set<string>();
  for (const row of rows) {
    for (const column of Object.keys(row)) {
      if (known.has(column)) continue;
      known.add(column);
      columns.push(column);
    }
  }
  // `state` stays last, even if later trials add columns.
  columns.sort((a, b) => Number(a === 'state') - Number(b === 'state'));
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** JSON text. Also prints `bigint`, which `JSON.stringify` refuses. */
function jsonText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item as Json)}`)
    .join(',')}}`;
}

function cell(value: TrialRow[string]): string {
  if (value === null || value === undefined) return '';
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'object' ? jsonText(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
