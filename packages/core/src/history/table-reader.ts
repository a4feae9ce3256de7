import { keys } from '../attribute-keys.ts';
import type { Json } from '../json.ts';
import type { FinishOrder } from './finish-order.ts';
import type { TrialReports } from './history.ts';
import { readNote, type TrialNote } from './note.ts';
import type { FailureReason } from './trial-record.ts';
import type { TrialTable } from './trial-table.ts';

const noReports: TrialReports = { steps: [], values: [] };

/** What the study's mirror and every window on it read in the same way. */
export abstract class TableReader {
  abstract readonly table: TrialTable;
  abstract readonly order: FinishOrder;

  get size(): number {
    return this.table.size;
  }

  get names(): readonly string[] {
    return this.table.columnNames;
  }

  namesOf(row: number): readonly string[] {
    return this.table.names(row);
  }

  values(objective: number): Float64Array {
    return this.table.values(objective);
  }

  get violation(): Float64Array {
    return this.table.violation;
  }

  get startedAt(): Float64Array {
    return this.table.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.table.finishedAt;
  }

  seen(row: number): number {
    const started = this.table.startedAt[row] as number;
    return Number.isNaN(started) ? 0 : this.order.countBefore(started);
  }

  reports(row: number): TrialReports {
    return this.table.reports(row) ?? noReports;
  }

  failure(row: number): FailureReason | null {
    const stored = this.table.attrs(row, 'system')?.get(keys.failure);
    return typeof stored === 'object' && stored !== null && 'code' in stored
      ? (stored as unknown as FailureReason)
      : null;
  }

  note(row: number): Json | undefined {
    return this.trialNote(row)?.sampler;
  }

  trialNote(row: number): TrialNote | undefined {
    return readNote(this.table.attrs(row, 'system')?.get(keys.note));
  }
}
