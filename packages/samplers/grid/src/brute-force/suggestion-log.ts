import { type Distribution, describe, sameDistribution, show } from '@asktell/core';
import type { ObjectiveChange } from './objective-change.ts';
import { type Step, suggestionId } from './suggestion-tree.ts';

/** When a finished trial showed something. */
interface Sighting {
  /** Position in finish order. */
  readonly position: number;
  /** Number of the trial. */
  readonly row: number;
}

/** A range that trials suggested for a parameter. */
interface RangeSighting {
  readonly dist: Distribution;
  readonly first: Sighting;
  readonly last: Sighting;
}

/** Of a parameter with more ranges, the range depends on other parameters. */
const mostRanges = 3;

/** Where the finished trials ended and went on, independent of the values of numbers. */
export class SuggestionLog {
  /** The last complete trial that ended after a suggestion, by `suggestionId`. */
  readonly #ended: Map<string, Sighting>;
  /** The first trial that suggested more after a suggestion. */
  readonly #wentOn: Map<string, Sighting & { readonly name: string }>;
  readonly #ranges: Map<string, readonly RangeSighting[]>;
  #size = 0;

  constructor(other?: SuggestionLog) {
    this.#ended = new Map(other === undefined ? [] : other.#ended);
    this.#wentOn = new Map(other === undefined ? [] : other.#wentOn);
    this.#ranges = new Map(other === undefined ? [] : other.#ranges);
    this.#size = other === undefined ? 0 : other.#size;
  }

  /** Adds the suggestions of a finished trial. */
  add(row: number, path: readonly Step[], isComplete: boolean): void {
    const sighting = { position: this.#size++, row };
    for (const [i, step] of path.entries()) {
      const next = path[i + 1];
      const id = suggestionId(step);
      if (next === undefined) {
        if (isComplete) this.#ended.set(id, sighting);
      } else if (!this.#wentOn.has(id)) this.#wentOn.set(id, { ...sighting, name: next.name });
      if (step.dist !== null) this.#addRange(step.name, step.dist, sighting);
    }
  }

  #addRange(name: string, dist: Distribution, last: Sighting): void {
    const ranges = this.#ranges.get(name) ?? [];
    const known = ranges.find((range) => sameDistribution(range.dist, dist));
    if (known !== undefined)
      this.#ranges.set(
        name,
        ranges.map((range) => (range === known ? { ...range, last } : range)),
      );
    else if (ranges.length < mostRanges) this.#ranges.set(name, [...ranges, { dist, first: last, last }]);
  }

  /** Whether a trial with these suggestions is likely to suggest nothing more: no other trial did after the same last one. */
  isLikelyComplete(path: readonly Step[]): boolean {
    const step = path[path.length - 1];
    if (step === undefined) return false;
    const id = suggestionId(step);
    return this.#ended.has(id) && !this.#wentOn.has(id);
  }

  /** Forgets what was so before a change, because the points that it concerns are open again. */
  forget(change: ObjectiveChange): void {
    if (change.kind === 'range')
      this.#ranges.set(
        change.name,
        (this.#ranges.get(change.name) ?? []).filter(({ dist }) => !sameDistribution(dist, change.from)),
      );
    else if (change.after !== null) this.#ended.delete(change.after);
  }

  /**
   * Changes of the objective that no trial proves: all trials that ended after a suggestion finished before the first one that
   * went on after it, or all trials with a narrower range before the first one with a wider range. The values of other
   * parameters can be the cause as well. One line per change.
   */
  possibleChanges(): readonly string[] {
    const lines: string[] = [];
    for (const [id, ended] of this.#ended) {
      const wentOn = this.#wentOn.get(id);
      if (wentOn !== undefined && ended.position < wentOn.position)
        lines.push(
          `Until trial ${ended.row}, trials ended where later ones suggest ${show(wentOn.name)}. ${cure(ended, 'ended there')}`,
        );
    }
    for (const [name, [former, latter, ...more]] of this.#ranges)
      if (latter !== undefined && former !== undefined && more.length === 0 && isWider(former, latter))
        lines.push(
          `Until trial ${former.last.row}, ${show(name)} had the range ${describe(former.dist)}, since then it has ${describe(latter.dist)}. ${cure(former.last, 'had the former range')}`,
        );
    return lines;
  }
}

function isWider(former: RangeSighting, latter: RangeSighting): boolean {
  const [a, b] = [former.dist, latter.dist];
  if (a.kind === 'categorical' || b.kind === 'categorical' || former.last.position > latter.first.position)
    return false;
  return b.low < a.low || b.high > a.high || b.step !== a.step;
}

function cure({ row }: Sighting, what: string): string {
  return `If the objective has changed, enqueue the parameters of trial ${row} again. When that trial shows the change, all points that ${what} are tried again.`;
}
