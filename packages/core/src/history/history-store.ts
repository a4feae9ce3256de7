import { keys } from '../attribute-keys.ts';
import { contains, toInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { Json } from '../json.ts';
import type { Column } from './column.ts';
import { isFinished, RecordStore } from './record-store.ts';
import type { TrialRecord } from './trial-record.ts';

/**
 * The mirror of a storage as samplers see it: columns of a running trial show its pending point, that is what was proposed for
 * it. That stays until the trial ends, also where the trial has taken another value since (its range had moved): a replay
 * cannot know when that happened.
 */
export class HistoryStore extends RecordStore {
  /** Running rows whose columns show a proposed value: by name what the trial itself holds beneath, NaN = nothing yet. */
  readonly #beneath = new Map<number, Map<string, number>>();
  /** Running rows whose columns do not show the proposed values yet: most trials end before anybody looks. */
  readonly #unshown = new Set<number>();

  override put(record: TrialRecord): number {
    const row = record.number;
    this.#hide(row);
    const position = super.put(record);
    if (this.state(row) === 'running') this.#willShow(row);
    return position;
  }

  #willShow(row: number): void {
    if (this.trialNote(row)?.proposal !== undefined) this.#unshown.add(row);
  }

  #show(row: number): void {
    this.#unshown.delete(row);
    const proposal = this.trialNote(row)?.proposal ?? {};
    const beneath = new Map<string, number>();
    for (const name of Object.keys(proposal)) {
      const column = this.table.columns.get(name);
      const dist = column?.dists.find((known) => contains(known, proposal[name]));
      if (column === undefined || dist === undefined) continue;
      const x = toInternal(dist, proposal[name]);
      const own = column.get(row);
      if (x === own) continue;
      column.set(row, x, column.distribution(row) ?? dist);
      beneath.set(name, own);
    }
    if (beneath.size > 0) this.#beneath.set(row, beneath);
  }

  #hide(row: number): void {
    if (this.#unshown.delete(row)) return;
    const beneath = this.#beneath.get(row);
    if (beneath === undefined) return;
    for (const [name, own] of beneath) (this.table.columns.get(name) as Column).values[row] = own;
    this.#beneath.delete(row);
  }

  override record(row: number): TrialRecord {
    if (this.#beneath.has(row)) {
      this.#hide(row);
      this.#unshown.add(row);
    }
    return super.record(row);
  }

  override setParam(row: number, name: string, dist: Distribution, x: number): void {
    const beneath = this.#beneath.get(row);
    if (beneath === undefined || !beneath.has(name)) {
      super.setParam(row, name, dist, x);
      return;
    }
    const column = this.table.columns.get(name) as Column;
    const shown = column.get(row);
    column.clear(row);
    super.setParam(row, name, dist, x);
    column.values[row] = shown;
    if (shown === x) beneath.delete(name);
    else beneath.set(name, x + 0);
  }

  override setAttr(row: number, scope: 'user' | 'system', key: string, value: Json): void {
    if (key === keys.note) this.#hide(row);
    super.setAttr(row, scope, key, value);
    if (key === keys.note && !isFinished(this.state(row))) this.#willShow(row);
  }

  override column(name: string): Float64Array | undefined {
    for (const row of this.#unshown) this.#show(row);
    return super.column(name);
  }

  override distribution(row: number, name: string): Distribution | undefined {
    if (this.#unshown.has(row)) this.#show(row);
    return super.distribution(row, name);
  }
}
