import { pow } from '@asktell/numerics/elementary';
import { crc32 } from './crc32.ts';
import { roundedLog } from './rounded-log.ts';

/**
 * Optuna's brackets of Hyperband and their shares of the trials. Bracket b skips the b lowest rungs. Source: Li et al.,
 * Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization (2018), algorithm 1.
 */
export class Brackets {
  /** Relative number of trials by bracket. */
  readonly shares: readonly number[];
  readonly #total: number;

  /** There are no brackets if `maxResource` is below `minResource`. */
  constructor(minResource: number, maxResource: number, factor: number) {
    // Optuna's quotient, its rounding included: 243 over 1 gives log 243 / log 3 = 4.999…, five brackets instead of six.
    const ratio = maxResource / minResource;
    const count = ratio < 1 ? 0 : Math.floor(roundedLog(ratio) / roundedLog(factor)) + 1;
    this.shares = Array.from({ length: count }, (_, bracket) => {
      const s = count - 1 - bracket;
      return Math.ceil((count * pow(factor, s)) / (s + 1));
    });
    this.#total = this.shares.reduce((sum, share) => sum + share, 0);
  }

  get count(): number {
    return this.shares.length;
  }

  /** The bracket of a trial, from the CRC-32 of `<study>_<number>`. It is deterministic, so it is not stored. */
  of(study: string, number: number): number {
    let ticket = crc32(`${study}_${number}`) % this.#total;
    for (let bracket = 0; ; bracket++) {
      ticket -= this.shares[bracket] as number;
      if (ticket < 0) return bracket;
    }
  }
}
