/** The number of trials: the first argument, ASKTELL_EXAMPLE_TRIALS (short runs in CI), or `usual`, in this order. */
export function trialsFromArguments(usual: number): number {
  const given = process.argv[2] ?? process.env['ASKTELL_EXAMPLE_TRIALS'];
  if (given === undefined) return usual;
  const trials = Number(given);
  if (Number.isSafeInteger(trials) && trials >= 0 && given.trim() !== '') return trials;
  console.error(`trials must be a non-negative integer, not '${given}'.`);
  process.exit(2);
}
