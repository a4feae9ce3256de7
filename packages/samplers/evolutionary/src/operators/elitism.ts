/**
 * Selects the member that a full population removes: the oldest one outside the `keep` best, or the worst if all are kept.
 * `keep` ≥ population size is a (μ + 1) strategy, which always removes the worst. `keep` = 0 is ageing evolution (Real et al.
 * 2019), which forgets lucky measurements of a noisy objective.
 * @param age sequence number of joining, best member first; lower = older
 * @param size number of members including the newest, at least 1
 * @returns the position of the member
 */
export function memberToRemove(age: ArrayLike<number>, size: number, keep: number): number {
  let oldest = size - 1;
  for (let i = size - 2; i >= keep; i--) if ((age[i] as number) < (age[oldest] as number)) oldest = i;
  return oldest;
}
