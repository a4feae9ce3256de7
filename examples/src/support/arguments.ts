/** How many trials to run: the first argument, else ASKTELL_EXAMPLE_TRIALS (short runs in CI), else `usual`. */
export function trialsFromArguments(usual: number): number {
  const given = process.argv[2] ?? process.env['ASKTELL_EXAMPLE_TRIALS'];
  if (given === undefined) return usual;
  const trials = Number(given);
  if (Number.isSafeInteger(trials) && trials >= 0 && given.trim() !== '') return trials;
  console.error(`How many trials? Give a whole number, not '${given}'.`);
  process.exit(2);
}
