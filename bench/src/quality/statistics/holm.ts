/**
 * Holm's step-down correction of p-values for multiple comparisons (Holm 1979).
 * @returns adjusted p-values in the given order
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((i, j) => (p[i] as number) - (p[j] as number));
  const adjusted = Array<number>(p.length).fill(1);
  let highest = 0;
  order.forEach((i, rank) => {
    highest = Math.max(highest, Math.min(1, (p.length - rank) * (p[i] as number)));
    adjusted[i] = highest;
  });
  return adjusted;
}
