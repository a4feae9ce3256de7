import {
  type CompiledSpace,
  cardinality,
  FinitePoints,
  indexOfInternal,
  isActive,
  type ParamSpec,
  type Rng,
  type SampleContext,
  seededOrder,
  type TrialHistory,
} from '@asktell/core';

/** Points in spaces of up to this size are looked up one by one, if the samplers propose only repeats. */
const mostSearched = 2 ** 16;

/**
 * The points that the finished trials of a finite space have tried. Repeats are useless unless the objective is noisy, so
 * this also remembers whether a point was measured with different results.
 */
export class TriedPoints {
  readonly #space: CompiledSpace;
  /** By point: the first value. NaN without one. */
  readonly #values: Map<string, number>;
  /** Whether a point was measured twice with different values. */
  hasVaried: boolean;

  private constructor(space: CompiledSpace, from: TriedPoints | null) {
    this.#space = space;
    this.#values = new Map(from === null ? [] : from.#values);
    this.hasVaried = from?.hasVaried ?? false;
  }

  /** `null` if a range of the space is continuous. */
  static of(space: CompiledSpace): TriedPoints | null {
    return space.params.length > 0 && space.params.every(({ dist }) => Number.isFinite(cardinality(dist)))
      ? new TriedPoints(space, null)
      : null;
  }

  clone(): TriedPoints {
    return new TriedPoints(this.#space, this);
  }

  /** Number of different points. */
  get size(): number {
    return this.#values.size;
  }

  absorb(row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    const key = this.#rowKey(row, history);
    if (key === null) return;
    const value = history.state(row) === 'complete' ? (history.values(0)[row] as number) : Number.NaN;
    const known = this.#values.get(key);
    if (known === undefined || Number.isNaN(known)) this.#values.set(key, value);
    else if (!Number.isNaN(value) && value !== known) this.hasVaried = true;
  }

  /** Whether this is a complete point that no finished and no running trial has. */
  isNew(x: Float64Array, history: TrialHistory): boolean {
    const key = this.#key(x);
    if (key === null || this.#values.has(key)) return false;
    for (const row of history.running) if (this.#rowKey(row, history) === key) return false;
    return true;
  }

  /**
   * A random point that no trial has, agrees with the fixed values and is allowed by `where`.
   * @returns `null` if there is none, `undefined` if there are too many points to search
   */
  untried({ space, fixed, history }: SampleContext, rng: Rng): Float64Array | null | undefined {
    const points = new FinitePoints(space, fixed.length === 0 ? null : fixed);
    if (points.total > mostSearched) return undefined;
    const order = seededOrder(points.total, rng.int(0, 2 ** 31 - 1));
    for (let position = 0; position < points.total; position++) {
      const x = points.point(order(position));
      if (this.isNew(x, history) && (space.allows === null || space.allows(x))) return x;
    }
    return null;
  }

  /** `null` unless the row has a complete point, and in an observed space no other parameters. */
  #rowKey(row: number, history: TrialHistory): string | null {
    const { origin, params } = this.#space;
    if (origin === 'observed' && history.params(row).names.length !== params.length) return null;
    return this.#key(Float64Array.from(params, ({ name }) => history.value(row, name)));
  }

  #key(x: Float64Array): string | null {
    let key = '';
    for (let i = 0; i < x.length; i++) {
      if (!isActive(this.#space, i, x)) continue;
      const index = indexOfInternal((this.#space.params[i] as ParamSpec).dist, x[i] as number);
      if (index < 0) return null;
      key += `${i}:${index} `;
    }
    return key;
  }
}
