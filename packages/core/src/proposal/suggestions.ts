import { isSingle, nthInternal, requireInternal, toInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import type { TrialNote } from '../history/note.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { type ParamSource, sampleOne } from './complete-point.ts';
import type { FixedParams } from './request.ts';
import type { AttemptContext } from './sample-context.ts';

/** A trial whose parameters are suggested one by one. */
export interface SuggestingTrial {
  readonly number: number;
  readonly startedAt: number;
  readonly enqueued: FixedParams | null;
  readonly note: TrialNote | undefined;
  readonly total: number | null;
  readonly chosen: () => FixedParams;
}

/** The source of suggested parameters. */
export interface SuggestionSource extends ParamSource {
  /** Parameters that the study fixes. */
  readonly fixed: FixedParams;
  /** @param declared the space that was proposed with the ask, `null` for none */
  suggestContext(trial: SuggestingTrial, declared: CompiledSpace | null): AttemptContext;
}

/** Determines the values of one trial's parameters as they are suggested. */
export class Suggestions {
  readonly #source: SuggestionSource;
  readonly #trial: SuggestingTrial;
  readonly #space: CompiledSpace | null;
  #context: AttemptContext | null = null;

  /** @param space the space that was proposed with the ask, `null` for none */
  constructor(source: SuggestionSource, trial: SuggestingTrial, space: CompiledSpace | null) {
    this.#source = source;
    this.#trial = trial;
    this.#space = space;
  }

  /**
   * The internal value of a parameter. In order of precedence: enqueued, the only one in range, proposed jointly, fixed
   * by the study, sampled.
   * @throws AsktellError `invalid-value` when an enqueued or fixed value is not a member of `dist`
   */
  value(name: string, dist: Distribution): number {
    const { enqueued, note } = this.#trial;
    if (enqueued?.has(name)) return requireInternal(dist, name, enqueued.get(name));
    if (isSingle(dist)) return nthInternal(dist, 0);
    const proposed = note?.proposal?.[name];
    if (proposed !== undefined) {
      // The range may have moved since. Then the parameter is sampled alone.
      const x = toInternal(dist, proposed);
      if (!Number.isNaN(x)) return x;
    }
    const { fixed } = this.#source;
    if (fixed.has(name)) return requireInternal(dist, name, fixed.get(name));
    this.#context ??= this.#source.suggestContext(this.#trial, this.#space);
    return sampleOne(this.#source, this.#context, name, dist);
  }
}
