/**
 * The number of runs of a property: `base` times the environment variable `ASKTELL_TEST_EFFORT` (default 1).
 * @example fc.assert(property, { numRuns: runs(100) })
 */
export function runs(base: number): number {
  const effort = Number(process.env['ASKTELL_TEST_EFFORT'] ?? '1');
  return Math.max(1, Math.round(base * (Number.isFinite(effort) && effort > 0 ? effort : 1)));
}
