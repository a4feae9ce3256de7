import { AsktellError, type Distribution, describe, type FloatDist, fromUnit, show } from '@asktell/core';

/** An error about an option or a space of `BruteForceSampler`. */
export function badBruteForce(message: string): AsktellError {
  return new AsktellError('invalid-argument', `BruteForceSampler: ${message}`);
}

/** An error about a continuous parameter. */
export function continuous(name: string, dist: Distribution): AsktellError {
  const { low, high, log } = dist as FloatDist;
  // A log range cannot have a step.
  const cure = log
    ? `List the values, such as categorical(${show([0, 0.25, 0.5, 0.75, 1].map((u) => Number(fromUnit(dist, u).toPrecision(3))))})`
    : `Give it a step, such as { step: ${(high - low) / 10} }`;
  return badBruteForce(
    `parameter ${show(name)} must have finitely many values, not the continuous range ${describe(dist)}. ${cure}, or use another sampler.`,
  );
}
