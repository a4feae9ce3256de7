/**
 * Holm's step-down correction (Holm 1979): p-values as they count when all of them are looked at together.
 * @returns adjusted p-values in the order given
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
