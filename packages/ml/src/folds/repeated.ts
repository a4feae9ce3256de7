import { type Checks, check, checkOptions } from '@asktell/core';
import { KFold } from './k-fold.ts';
import type { Fold, SplitData, Splitter } from './splitter.ts';
import { StratifiedKFold } from './stratified-k-fold.ts';

/** Options of {@link RepeatedKFold} and {@link RepeatedStratifiedKFold}. */
export interface RepeatedOptions {
  /** Number of folds of each repeat, 2 or more. Default 5. */
  readonly folds?: number;
  /** Number of divisions, each shuffled differently. Default 10. */
  readonly repeats?: number;
  /** Seed of the shuffles. Default 0. */
  readonly seed?: number;
}

const optionChecks: Checks<RepeatedOptions> = { folds: check.count(2), repeats: check.count(1), seed: check.seed };

abstract class Repeated implements Splitter {
  abstract readonly name: string;
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;

  constructor(where: string, options: RepeatedOptions) {
    checkOptions(where, options, optionChecks);
    const { folds = 5, repeats = 10, seed = 0 } = options;
    this.folds = folds;
    this.repeats = repeats;
    this.seed = seed;
  }

  protected abstract once(seed: number): Splitter;

  /** @throws AsktellError `invalid-folds`, `invalid-data` */
  split(data: SplitData): readonly Fold[] {
    // Seeds are multiples, so that neighbouring seeds do not share repeats.
    return Array.from({ length: this.repeats }, (_, i) =>
      this.once((this.seed * 1_000_003 + i) % Number.MAX_SAFE_INTEGER).split(data),
    ).flat();
  }
}

/** {@link KFold} several times, each time shuffled differently. Its mean varies less than that of one division. */
export class RepeatedKFold extends Repeated {
  readonly name = 'RepeatedKFold';

  /** @throws AsktellError `invalid-argument` */
  constructor(options: RepeatedOptions = {}) {
    super('RepeatedKFold', options);
  }

  protected once(seed: number): Splitter {
    return new KFold({ folds: this.folds, shuffle: true, seed });
  }
}

/** {@link StratifiedKFold} several times, each time shuffled differently. */
export class RepeatedStratifiedKFold extends Repeated {
  readonly name = 'RepeatedStratifiedKFold';

  /** @throws AsktellError `invalid-argument` */
  constructor(options: RepeatedOptions = {}) {
    super('RepeatedStratifiedKFold', options);
  }

  protected once(seed: number): Splitter {
    return new StratifiedKFold({ folds: this.folds, shuffle: true, seed });
  }
}
