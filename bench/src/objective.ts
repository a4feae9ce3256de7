import type { Trial } from 'asktell';

/** A cheap define-by-run objective: the sum of squares of `dimensions` floats. */
export function sumOfSquares(dimensions: number): (trial: Trial) => number {
  const names = Array.from({ length: dimensions }, (_, i) => `x${i}`);
  return (trial) => {
    let sum = 0;
    for (const name of names) sum += trial.suggestFloat(name, -10, 10) ** 2;
    return sum;
  };
}
