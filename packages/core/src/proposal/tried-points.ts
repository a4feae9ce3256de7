import { toInternal } from '../distribution/convert.ts';
import { seededOrder } from '../enumeration/cell-order.ts';
import { CellSearch } from '../enumeration/cell-search.ts';
import { FinitePoints } from '../enumeration/finite-points.ts';
import type { RecordStore } from '../history/record-store.ts';
import { runningAt } from '../history/view.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { Judge } from './acceptance.ts';
import type { DuplicateGuard, MakeGuard, RepeatWatch } from './duplicates.ts';
import { repeatJudge } from './no-repeats.ts';
import type { SampleTask } from './request.ts';
import { SeenPoints } from './seen-points.ts';

/** Spaces of up to so many points are searched to the end; of larger ones, which no study finishes, only so many points are looked at. */
const mostSearched = 2 ** 24;
const lookedAt = 2 ** 16;

/** For how many spaces the seen points are kept: as for the sampler's states. */
const spacesKept = 8;

interface Known {
  readonly seen: SeenPoints;
  /** The last search. */
  search: Search | null;
}

/** Where to look for unseen points, from where the last look ended. */
interface Search {
  /** What is fixed: those points only. */
  readonly fixed: string;
  /** What is forbidden: skipped for ever. */
  readonly allows: CompiledSpace['allows'];
  readonly points: FinitePoints;
  /** `null` when the points cannot be counted. */
  readonly cells: CellSearch | null;
}

export const makeGuard: MakeGuard = (store, seed) => new Guard(store, seed);

class Guard implements DuplicateGuard {
  readonly #store: RecordStore;
  readonly #seed: number;
  readonly #spaces = new Map<string, Known>();

  constructor(store: RecordStore, seed: number) {
    this.#store = store;
    this.#seed = seed;
  }

  invalidate(position: number): void {
    for (const { seen } of this.#spaces.values()) seen.invalidate(position);
  }

  judge(task: SampleTask, seen: readonly number[] | null): Judge {
    let known = this.#spaces.get(task.space.id);
    if (known === undefined) {
      known = { seen: new SeenPoints(task.space, this.#store), search: null };
      if (this.#spaces.size >= spacesKept) this.#spaces.delete(this.#spaces.keys().next().value as string);
      this.#spaces.set(task.space.id, known);
    }
    known.seen.refresh();
    return repeatJudge(seen, new Watch(this.#store, this.#seed, known, task));
  }
}

class Watch implements RepeatWatch {
  readonly #store: RecordStore;
  readonly #seed: number;
  readonly #known: Known;
  readonly #task: SampleTask;
  /** Keys of the points that others are trying. */
  readonly #taken: ReadonlySet<number>;

  constructor(store: RecordStore, seed: number, known: Known, task: SampleTask) {
    this.#store = store;
    this.#seed = seed;
    this.#known = known;
    this.#task = task;
    this.#taken = this.#takenKeys();
  }

  #takenKeys(): ReadonlySet<number> {
    const { number, startedAt, space } = this.#task;
    const taken = new Set<number>();
    for (const row of runningAt(this.#store, number, startedAt)) {
      // What a define-by-run trial has suggested so far is a matter of time; what was proposed for it is not.
      const key = space.origin === 'observed' ? this.#proposedKey(row) : this.#known.seen.rowKey(row);
      if (key >= 0) taken.add(key);
    }
    return taken;
  }

  #proposedKey(row: number): number {
    const proposal = this.#store.trialNote(row)?.proposal;
    if (proposal === undefined) return -1;
    return this.#known.seen.key(
      Float64Array.from(this.#task.space.params, ({ name, dist }) => toInternal(dist, proposal[name])),
    );
  }

  isRepeat(x: Float64Array): boolean {
    return this.#isSeen(this.#known.seen.key(x));
  }

  #isSeen(key: number): boolean {
    return this.#known.seen.has(key, this.#task.startedAt) || this.#taken.has(key);
  }

  hasSeen(): boolean {
    return this.#taken.size > 0 || this.#known.seen.hasAny(this.#task.startedAt);
  }

  unseen(): Float64Array | 'none' | 'unknown' {
    const { startedAt, space } = this.#task;
    const { allows } = space;
    const { seen } = this.#known;
    const { points, cells } = this.#search();
    if (cells === null) return 'unknown';
    const keyOf = (cell: number): number => (points === seen.points ? cell : seen.key(points.point(cell)));
    const end = points.total <= mostSearched ? points.total : lookedAt;
    const cell = cells.next(
      end,
      (c) => seen.has(keyOf(c), startedAt) || (allows !== null && !allows(points.point(c))),
      (c) => this.#taken.has(keyOf(c)),
    );
    if (cell >= 0) return points.point(cell);
    return end === points.total ? 'none' : 'unknown';
  }

  #search(): Search {
    const { startedAt, space, fixed } = this.#task;
    const { order } = this.#store;
    const { seen, search } = this.#known;
    const key = fixed.every(Number.isNaN) ? '' : fixed.join();
    // A trial that has not seen all that the last search saw must not go on from there.
    const isLatest = order.countBefore(startedAt) === order.size;
    if (isLatest && search?.fixed === key && search.allows === space.allows) return search;
    const points = key === '' ? seen.points : new FinitePoints(space, fixed);
    const cells = points.isCountable ? new CellSearch(seededOrder(points.total, this.#seed)) : null;
    const made: Search = { fixed: key, allows: space.allows, points, cells };
    if (isLatest) this.#known.search = made;
    return made;
  }
}
