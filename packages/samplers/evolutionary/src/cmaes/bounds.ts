/**
 * Box constraints by reflection. A continuous coordinate lives on the whole line; its value is where a point that bounces
 * off 0 and 1 would be. The objective thereby becomes an even, periodic function of the raw coordinate: no sample is rejected,
 * none piles up on the bound, the covariance learns from what was drawn, and an optimum on a bound lies inside the raw space.
 */
export function reflect(raw: number): number {
  if (raw >= 0 && raw <= 1) return raw + 0; // -0 is 0 once it is stored
  const folded = Math.abs(raw) % 2;
  return folded > 1 ? 2 - folded : folded;
}

/** Of all raw coordinates that are reflected to the same value as `raw`, the one nearest to `target` (itself in [0, 1]). */
export function nearestImage(raw: number, target: number): number {
  const inside = reflect(raw);
  let best = inside;
  for (const image of [-inside, 2 - inside]) if (Math.abs(image - target) < Math.abs(best - target)) best = image;
  return best;
}
