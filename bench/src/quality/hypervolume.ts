/**
 * The volume that points dominate below a reference point, with all objectives minimized. Exact for two objectives (a sweep)
 * and three objectives (a sweep over slices). The benchmark does not use the implementation of the samplers, so that it is
 * independent of them.
 * @throws RangeError for other numbers of objectives
 */
export function hypervolume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = points.filter((point) => point.every((value, k) => value < (reference[k] as number)));
  if (reference.length === 2) return area(inside, reference[0] as number, reference[1] as number);
  if (reference.length !== 3) throw new RangeError(`hypervolume: objectives must be 2 or 3, not ${reference.length}`);
  const sorted = nonDominated(inside).sort((a, b) => (a[2] as number) - (b[2] as number));
  let volume = 0;
  for (let i = 0; i < sorted.length; i++) {
    const depth = (sorted[i + 1]?.[2] ?? (reference[2] as number)) - (sorted[i]?.[2] as number);
    if (depth > 0) volume += depth * area(sorted.slice(0, i + 1), reference[0] as number, reference[1] as number);
  }
  return volume;
}

/** The area that points dominate in the first two coordinates. */
function area(points: readonly (readonly number[])[], right: number, top: number): number {
  const sorted = [...points].sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number));
  let total = 0;
  let height = top;
  for (const point of sorted) {
    const y = point[1] as number;
    if (y >= height) continue;
    total += (right - (point[0] as number)) * (height - y);
    height = y;
  }
  return total;
}

/** The points that no other point dominates. Of equal points, the first is kept. */
export function nonDominated(points: readonly (readonly number[])[]): (readonly number[])[] {
  const kept: (readonly number[])[] = [];
  for (const point of points) {
    if (kept.some((other) => other.every((value, k) => value <= (point[k] as number)))) continue;
    for (let i = kept.length - 1; i >= 0; i--) {
      if ((kept[i] as readonly number[]).every((value, k) => value >= (point[k] as number))) kept.splice(i, 1);
    }
    kept.push(point);
  }
  return kept;
}
