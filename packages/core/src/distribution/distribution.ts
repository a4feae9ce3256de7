/** The external value of a parameter. */
export type Scalar = string | number | boolean | null;

/** Real numbers from `low` to `high`, both included. The internal value is the number itself. */
export interface FloatDist {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance between the grid points `low`, `low + step`, …, or `null` for a continuous range. */
  readonly step: number | null;
}

/** Whole numbers `low`, `low + step`, … up to `high`. The internal value is the number itself. */
export interface IntDist {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

/** One of a list of values. The internal value is the index into `choices`. */
export interface CategoricalDist<C extends Scalar = Scalar> {
  readonly kind: 'categorical';
  readonly choices: readonly C[];
}

/** The values of a parameter, as plain data: it can be sent to a worker and stored as JSON. */
export type Distribution = FloatDist | IntDist | CategoricalDist;
