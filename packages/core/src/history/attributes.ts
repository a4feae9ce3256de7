import type { Json } from '../json.ts';

/**
 * Attributes by row. Successive rows with a single, equal attribute share one map, so an attribute that every trial has
 * needs little memory.
 */
export class Attributes {
  readonly #rows = new Map<number, Map<string, Json>>();
  /** Maps that several rows share. They must not be modified. */
  readonly #shared = new Set<ReadonlyMap<string, Json>>();
  /** The last map created, while it has one attribute. */
  #single: { readonly key: string; readonly value: Json; readonly attrs: Map<string, Json> } | null = null;

  /** The attributes of a row, `null` when it has none. Do not modify or keep the map. */
  get(row: number): ReadonlyMap<string, Json> | null {
    return this.#rows.get(row) ?? null;
  }

  /** Sets an attribute and returns all attributes of the row. */
  set(row: number, key: string, value: Json): ReadonlyMap<string, Json> {
    const attrs = this.#rows.get(row);
    if (attrs === undefined) return this.#setFirst(row, key, value);
    if (this.#shared.has(attrs)) {
      const own = new Map(attrs).set(key, value);
      this.#rows.set(row, own);
      return own;
    }
    if (attrs === this.#single?.attrs) this.#single = null;
    return attrs.set(key, value);
  }

  #setFirst(row: number, key: string, value: Json): ReadonlyMap<string, Json> {
    const single = this.#single;
    if (single !== null && single.key === key && Object.is(single.value, value)) {
      this.#shared.add(single.attrs);
      this.#rows.set(row, single.attrs);
      return single.attrs;
    }
    const attrs = new Map([[key, value]]);
    this.#single = { key, value, attrs };
    this.#rows.set(row, attrs);
    return attrs;
  }

  delete(row: number): void {
    if (this.#rows.size > 0) this.#rows.delete(row);
  }
}
