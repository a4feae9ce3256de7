import { normalCdf } from '@asktell/numerics';

/**
 * Maximum number of differences for the exact distribution, without and with ties and zeros. These are scipy's limits.
 */
const mostExact = 50;
const mostExactWithTies = 13;

/** Upper tails by number of differences without ties: entry w is P(W >= w). */
const tails: Float64Array[] = [];

/**
 * One-sided p-value of Wilcoxon's signed-rank test: the probability of a sum of positive ranks at least this large if
 * positive and negative differences are equally likely. The result equals that of `scipy.stats.wilcoxon` with
 * `alternative="greater"` and `zero_method="zsplit"`: the exact distribution for few differences, otherwise the normal
 * approximation with a correction for ties. Source: Wilcoxon, Individual Comparisons by Ranking Methods (1945).
 *
 * @param differences finite numbers, at least one; they are sorted by size in place
 */
export function signedRankGreater(differences: Float64Array): number {
  const n = differences.length;
  const sorted = differences.sort((a, b) => Math.abs(a) - Math.abs(b));
  const doubledRanks = new Int32Array(n);
  let doubledPositive = 0; // twice the sum of positive ranks, zeros half
  let ties = 0; // sum of t^3 - t
  let hasTies = (sorted[0] as number) === 0;
  for (let from = 0; from < n; ) {
    const size = Math.abs(sorted[from] as number);
    let to = from + 1;
    while (to < n && Math.abs(sorted[to] as number) === size) to++;
    const doubled = from + 1 + to;
    const count = to - from;
    if (count > 1) hasTies = true;
    ties += count * (count * count - 1);
    for (let i = from; i < to; i++) {
      doubledRanks[i] = doubled;
      doubledPositive += size === 0 ? doubled / 2 : (sorted[i] as number) > 0 ? doubled : 0;
    }
    from = to;
  }
  if (!hasTies && n <= mostExact) return tailWithoutTies(n)[doubledPositive / 2] as number;
  if (hasTies && n <= mostExactWithTies) return tailWithTies(sorted, doubledRanks, doubledPositive);
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
  return normalCdf((mean - doubledPositive / 2) / deviation);
}

/** P(W >= w) for all w, by counting the subsets of 1..n with each sum. */
function tailWithoutTies(n: number): Float64Array {
  const known = tails[n];
  if (known !== undefined) return known;
  const most = (n * (n + 1)) / 2;
  const tail = new Float64Array(most + 1);
  tail[0] = 1;
  for (let rank = 1; rank <= n; rank++) addRank(tail, rank, (rank * (rank + 1)) / 2);
  for (let sum = most - 1; sum >= 0; sum--) tail[sum] = (tail[sum] as number) + (tail[sum + 1] as number);
  tails[n] = tail;
  return tail;
}

/** The tail with ties: all ranks change sides except those of zeros, which count half on each side. */
function tailWithTies(sorted: Float64Array, doubledRanks: Int32Array, doubledPositive: number): number {
  let fixed = 0;
  let most = 0;
  const counts = new Float64Array(doubledRanks.reduce((sum, doubled) => sum + doubled, 0) + 1);
  counts[0] = 1;
  for (let i = 0; i < sorted.length; i++) {
    const doubled = doubledRanks[i] as number;
    if (sorted[i] === 0) {
      fixed += doubled / 2;
      continue;
    }
    most += doubled;
    addRank(counts, doubled, most);
  }
  let tail = 0;
  for (let sum = Math.max(0, Math.ceil(doubledPositive - fixed)); sum <= most; sum++) tail += counts[sum] as number;
  return tail;
}

/** Convolves a distribution with a rank that is positive with probability 1/2. */
function addRank(probabilities: Float64Array, rank: number, most: number): void {
  for (let sum = most; sum >= 0; sum--) {
    const without = probabilities[sum] as number;
    const withRank = sum >= rank ? (probabilities[sum - rank] as number) : 0;
    probabilities[sum] = (without + withRank) / 2;
  }
}
