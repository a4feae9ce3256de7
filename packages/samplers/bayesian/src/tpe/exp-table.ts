/** Steps of the tables for each unit of the exponent. */
const perUnit = 128;

/** Terms of a sum of exponentials that are e^-20 (2e-9) of the largest or less do not count. */
export const negligible = 20;

/** exp(-i / 128) for the range that counts. */
const table: Float64Array = Float64Array.from({ length: negligible * perUnit + 2 }, (_, i) => Math.exp(-i / perUnit));

/**
 * exp(-t) for t from 0 to {@link negligible}: a table entry times a polynomial of the rest, relative error below 1e-12.
 */
export function expOfMinus(t: number): number {
  const scaled = t * perUnit;
  const i = scaled | 0;
  const r = (scaled - i) / perUnit;
  return (table[i] as number) * (1 - r * (1 - r * (1 / 2 - r * (1 / 6 - r / 24))));
}
