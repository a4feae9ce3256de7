/**
 * Who leaves a full population: of all but the `keep` best the oldest; the worst when nobody else is left.
 * `keep` ≥ the population size makes it a (μ + 1) strategy, where only the worst leaves; `keep` 0 is ageing evolution
 * (Real et al. 2019), which forgets lucky measurements of a noisy objective.
 * @param age when each member joined, best member first; lower = older
 * @param size how many members there are, the newest included; 1 at least
 * @returns the position of the member that leaves
 */
export function leaver(age: ArrayLike<number>, size: number, keep: number): number {
  let oldest = size - 1;
  for (let i = size - 2; i >= keep; i--) if ((age[i] as number) < (age[oldest] as number)) oldest = i;
  return oldest;
}
