import { toInternal } from '../distribution/convert.ts';
import { seededOrder } from '../enumeration/cell-order.ts';
import { CellSearch } from '../enumeration/cell-search.ts';
import { FinitePoints } from '../enumeration/finite-points.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { TriedPoints } from './no-repeats.ts';
import type { ProposalRequest } from './request.ts';
import { SeenPoints } from './seen-points.ts';

/** Spaces of up to this many points are searched completely. */
const fullSearchLimit = 2 ** 24;
/** Number of points searched in larger spaces, which no study exhausts. */
const partialSearchLimit = 2 ** 16;

/** Number of spaces whose seen points are kept, the same as for sampler states. */
const spacesKept = 8;

const noCells: ReadonlySet<number> = new Set();

interface KnownPoints {
  readonly seen: SeenPoints;
  /** The last search. */
  search: Search | null;
}

/** A search for untried points. It continues where the last one ended. */
interface Search {
  /** The settled values. Only points that agree with them are searched. */
  readonly settled: string;
  /** Forbidden points are skipped permanently. */
  readonly allows: CompiledSpace['allows'];
  readonly points: FinitePoints;
  /** `null` when the points cannot be counted. */
  readonly cells: CellSearch | null;
}

/** The points that a study has tried, for studies that avoid repeats. */
export class TriedPointsLog {
  readonly #store: RecordStore;
  readonly #seed: number;
  readonly #spaces = new Map<string, KnownPoints>();

  constructor(store: RecordStore, seed: number) {
    this.#store = store;
    this.#seed = seed;
  }

  /** Must be called when a trial is inserted at this position of the finish order. */
  invalidate(position: number): void {
    for (const { seen } of this.#spaces.values()) seen.invalidate(position);
  }

  /**
   * The points that the trial of this request must not repeat.
   * @param running rows of the trials that run
   */
  for(request: ProposalRequest, running: Int32Array): TriedPoints {
    let known = this.#spaces.get(request.space.id);
    if (known === undefined) {
      known = { seen: new SeenPoints(request.space, this.#store), search: null };
      if (this.#spaces.size >= spacesKept) this.#spaces.delete(this.#spaces.keys().next().value as string);
      this.#spaces.set(request.space.id, known);
    }
    known.seen.refresh();
    return new TriedBefore(this.#store, this.#seed, known, request, running);
  }
}

class TriedBefore implements TriedPoints {
  readonly #store: RecordStore;
  readonly #seed: number;
  readonly #known: KnownPoints;
  readonly #request: ProposalRequest;
  /** Keys of the points of running trials. */
  readonly #taken: ReadonlySet<number>;

  constructor(store: RecordStore, seed: number, known: KnownPoints, request: ProposalRequest, running: Int32Array) {
    this.#store = store;
    this.#seed = seed;
    this.#known = known;
    this.#request = request;
    this.#taken = this.#takenKeys(running);
  }

  #takenKeys(running: Int32Array): ReadonlySet<number> {
    const { space } = this.#request;
    const taken = new Set<number>();
    for (const row of running) {
      // What a define-by-run trial has suggested so far depends on timing. What was proposed for it does not.
      const key = space.origin === 'observed' ? this.#proposedKey(row) : this.#known.seen.rowKey(row);
      if (key >= 0) taken.add(key);
    }
    return taken;
  }

  #proposedKey(row: number): number {
    const proposal = this.#store.trialNote(row)?.proposal;
    if (proposal === undefined) return -1;
    return this.#known.seen.key(
      Float64Array.from(this.#request.space.params, ({ name, dist }) => toInternal(dist, proposal[name])),
    );
  }

  has(x: Float64Array): boolean {
    const key = this.#known.seen.key(x);
    return this.#known.seen.has(key, this.#request.startedAt) || this.#taken.has(key);
  }

  isEmpty(): boolean {
    return this.#taken.size === 0 && !this.#known.seen.hasAny(this.#request.startedAt);
  }

  untried(): Float64Array | 'none' | 'unknown' {
    const search = this.#search();
    const cell = this.#next(search, noCells);
    return typeof cell === 'number' ? search.points.point(cell) : cell;
  }

  hasFewerThan(count: number): boolean {
    const found = new Set<number>();
    while (found.size < count) {
      const cell = this.#next(this.#search(), found);
      if (typeof cell === 'string') return cell === 'none';
      found.add(cell);
    }
    return false;
  }

  /** The next untried cell that is not among `found`. */
  #next({ points, cells }: Search, found: ReadonlySet<number>): number | 'none' | 'unknown' {
    const { startedAt, space } = this.#request;
    const { allows } = space;
    const { seen } = this.#known;
    if (cells === null) return 'unknown';
    const keyOf = (cell: number): number => (points === seen.points ? cell : seen.key(points.point(cell)));
    const end = points.total <= fullSearchLimit ? points.total : partialSearchLimit;
    const cell = cells.next(
      end,
      (c) => seen.has(keyOf(c), startedAt) || (allows !== null && !allows(points.point(c))),
      (c) => found.has(c) || this.#taken.has(keyOf(c)),
    );
    if (cell >= 0) return cell;
    return end === points.total ? 'none' : 'unknown';
  }

  #search(): Search {
    const { startedAt, space, settled } = this.#request;
    const { order } = this.#store;
    const { seen, search } = this.#known;
    const key = settled.every(Number.isNaN) ? '' : settled.join();
    // A trial that has not seen everything that the last search saw must not continue that search.
    const isLatest = order.countBefore(startedAt) === order.size;
    if (isLatest && search?.settled === key && search.allows === space.allows) return search;
    const points = key === '' ? seen.points : new FinitePoints(space, settled);
    const cells = points.isCountable ? new CellSearch(seededOrder(points.total, this.#seed)) : null;
    const created: Search = { settled: key, allows: space.allows, points, cells };
    if (isLatest) this.#known.search = created;
    return created;
  }
}
