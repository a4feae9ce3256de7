import { checkName } from '../checks/names.ts';
import { isCompatible } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import { categorical, type FloatOptions, float, type IntOptions, int } from '../distribution/validate.ts';
import { spaceConflict } from '../storage/refusals.ts';

interface Entry {
  readonly dist: Distribution;
  /** The upper bound as passed. `dist.high` is lower if it was rounded down to a step. */
  readonly high: number;
}

/**
 * The last distribution with which each name was suggested, so that a repeated call costs one look-up and allocates
 * nothing. Checks that a name stays compatible with what this process knows of the study. A distribution counts from
 * {@link keep} on, so that a refused suggest defines nothing.
 */
export class KnownDistributions {
  readonly #entries = new Map<string, Entry>();
  /** The distribution of the last call, if it is not among the entries. */
  #last: Entry | null = null;
  readonly #ofStudy: (name: string) => Distribution | undefined;

  /** @param ofStudy the distribution that the study knows for a name */
  constructor(ofStudy: (name: string) => Distribution | undefined) {
    this.#ofStudy = ofStudy;
  }

  float(name: string, low: number, high: number, options: FloatOptions | undefined): Distribution {
    return this.#known(name, 'float', low, high, options, null) ?? this.#add(name, float(low, high, options), high);
  }

  int(name: string, low: number, high: number, options: IntOptions | undefined): Distribution {
    return this.#known(name, 'int', low, high, options, 1) ?? this.#add(name, int(low, high, options), high);
  }

  /** The distribution of the last call if this one is equal. */
  #known(
    name: string,
    kind: 'float' | 'int',
    low: number,
    high: number,
    options: FloatOptions | undefined,
    noStep: number | null,
  ): Distribution | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.high !== high) return undefined;
    const { dist } = entry;
    if (dist.kind !== kind || dist.low !== low) return undefined;
    const isSame =
      options === undefined
        ? !dist.log && dist.step === noStep
        : isPlain(options) && dist.log === (options.log ?? false) && dist.step === (options.step ?? noStep);
    return isSame ? dist : undefined;
  }

  categorical(name: string, choices: readonly Scalar[]): Distribution {
    const dist = this.#entries.get(name)?.dist;
    if (dist?.kind === 'categorical' && Array.isArray(choices) && dist.choices.length === choices.length) {
      let same = true;
      for (let i = 0; i < choices.length && same; i++) same = dist.choices[i] === choices[i];
      if (same) return dist;
    }
    return this.#add(name, categorical(choices), 0);
  }

  /** Must be called when a trial has got a value from `dist`, which the last call returned. */
  keep(name: string, dist: Distribution): void {
    if (this.#last?.dist !== dist) return;
    this.#entries.set(name, this.#last);
    this.#last = null;
  }

  /** Drops a name that could not be stored, so that the next suggest compares with the study. */
  forget(name: string): void {
    this.#entries.delete(name);
  }

  #add(name: string, dist: Distribution, high: number): Distribution {
    checkName('suggest', name);
    const known = this.#entries.get(name)?.dist ?? this.#ofStudy(name);
    if (known !== undefined && !isCompatible(known, dist)) throw spaceConflict(name, known, dist);
    this.#last = { dist, high };
    return dist;
  }
}

/** Whether options have known keys only. Otherwise they are checked again, which throws. */
function isPlain(options: FloatOptions | IntOptions): boolean {
  if (typeof options !== 'object' || options === null) return false;
  for (const key in options) if (key !== 'log' && key !== 'step') return false;
  return true;
}
