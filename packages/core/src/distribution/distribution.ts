/** What a parameter's value can be once it is chosen. */
export type Scalar = string | number | boolean | null;

/** Real numbers from `low` to `high`, both included; internal value = the number itself. */
export interface FloatDist {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance of the grid points `low`, `low + step`, …; `null` for a continuous range. */
  readonly step: number | null;
}

/** Whole numbers `low`, `low + step`, … up to `high`; internal value = the number itself. */
export interface IntDist {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

/** One of a list of values; internal value = index into `choices`. */
export interface CategoricalDist<C extends Scalar = Scalar> {
  readonly kind: 'categorical';
  readonly choices: readonly C[];
}

/** Plain data: it can be sent to a worker, stored as JSON, and understood by another copy of this package. */
export type Distribution = FloatDist | IntDist | CategoricalDist;
