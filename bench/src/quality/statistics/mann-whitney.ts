import { normalTail } from './normal-tail.ts';

/** The result of {@link mannWhitney}. */
export interface MannWhitney {
  /** Number of pairs (a, b) with a > b. Ties count one half. */
  readonly u: number;
  /** Two-sided p-value. */
  readonly p: number;
}

/**
 * The Mann–Whitney U test (Mann and Whitney 1947). Exact if one side has at most 8 values and there are no ties, otherwise
 * the normal approximation with corrections for ties and continuity. This is the method of SciPy's `mannwhitneyu`. Infinities
 * are allowed.
 * @throws RangeError if a side is empty or contains NaN
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  if (a.length === 0 || b.length === 0) throw new RangeError('mannWhitney: both sides must have at least one value');
  if ([...a, ...b].some(Number.isNaN)) throw new RangeError('mannWhitney: values must not be NaN');
  const pooled = [...a.map((value) => ({ value, mine: true })), ...b.map((value) => ({ value, mine: false }))].sort(
    // A comparison by subtraction fails for infinities.
    (x, y) => (x.value < y.value ? -1 : x.value > y.value ? 1 : 0),
  );
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < pooled.length; ) {
    let end = start;
    while (end < pooled.length && pooled[end]?.value === pooled[start]?.value) end++;
    const size = end - start;
    tieTerm += size ** 3 - size;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (pooled[i]?.mine === true) rankSum += rank;
    start = end;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const isExact = tieTerm === 0 && Math.min(a.length, b.length) <= 8;
  return { u, p: isExact ? exactP(u, a.length, b.length) : normalP(u, a.length, b.length, tieTerm) };
}

function normalP(u: number, m: number, n: number, tieTerm: number): number {
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  if (variance === 0) return 1;
  const z = (Math.max(u, m * n - u) - (m * n) / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalTail(z));
}

/** The exact p-value, from the number of arrangements for each U: f(m, n, u) = f(m − 1, n, u − n) + f(m, n − 1, u). */
function exactP(u: number, m: number, n: number): number {
  let rows: Float64Array[] = Array.from({ length: n + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= m; i++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= n; j++) {
      const counts = new Float64Array(i * j + 1);
      (rows[j] as Float64Array).forEach((count, k) => {
        counts[k + j] = (counts[k + j] as number) + count;
      });
      (next[j - 1] as Float64Array).forEach((count, k) => {
        counts[k] = (counts[k] as number) + count;
      });
      next.push(counts);
    }
    rows = next;
  }
  const counts = rows[n] as Float64Array;
  const from = Math.max(u, m * n - u);
  let tail = 0;
  let all = 0;
  counts.forEach((count, k) => {
    all += count;
    if (k >= from) tail += count;
  });
  return Math.min(1, (2 * tail) / all);
}
