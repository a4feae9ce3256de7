/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of adjacent characters. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, (row[j - 1] as number) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] as number) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}

/**
 * Finds the candidate that a misspelled `wanted` probably means: one within an edit distance of a third of its length,
 * one that ends in `.wanted`, or one that starts with it. Returns `undefined` if no candidate is similar.
 */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  const written = wanted.toLowerCase();
  let best: string | undefined;
  let least = (wanted.length < 2 ? 0 : Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    if (Math.abs(name.length - written.length) >= least) continue;
    const cost = distance(written, name);
    if (cost >= least) continue;
    best = candidate;
    least = cost;
  }
  return (
    best ??
    candidates.find((candidate) => candidate.toLowerCase().endsWith(`.${written}`)) ??
    (written.length > 2 ? candidates.find((candidate) => candidate.toLowerCase().startsWith(written)) : undefined)
  );
}
