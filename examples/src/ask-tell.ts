/**
 * Ask and tell in your own loop. The example tunes a nearest-neighbour model that predicts the miles per gallon of cars,
 * with leave-one-out cross-validation.
 */
import { createStudy, float, int } from 'asktell';
import { cars } from './data/cars.ts';
import { trialsFromArguments } from './support/arguments.ts';

const { features, milesPerGallon } = cars();

/** Mean absolute error in miles per gallon. Each car is predicted from the `neighbours` nearest other cars. */
function error(params: {
  neighbours: number;
  power: number;
  horsepower: number;
  weight: number;
  year: number;
}): number {
  const scale = [params.horsepower, params.weight, 0, params.year];
  let sum = 0;
  for (const [i, car] of features.entries()) {
    const others = features
      .map((other, j) => ({
        j,
        distance: Math.hypot(...car.map((x, k) => (x - (other[k] as number)) * (scale[k] as number))),
      }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.distance - b.distance)
      .slice(0, params.neighbours);
    const weights = others.map(({ distance }) => 1 / (distance + 0.01) ** params.power);
    const total = weights.reduce((a, b) => a + b, 0);
    const prediction = others.reduce(
      (mean, { j }, k) => mean + ((weights[k] as number) / total) * (milesPerGallon[j] as number),
      0,
    );
    sum += Math.abs(prediction - (milesPerGallon[i] as number));
  }
  return sum / features.length;
}

const study = await createStudy({
  seed: 3,
  space: {
    neighbours: int(1, 50, { log: true }),
    power: float(0, 2),
    horsepower: float(0, 1),
    weight: float(0, 1),
    year: float(0, 1),
  },
});

// The first trial uses our own guess.
await study.enqueue({ neighbours: 1, power: 0, horsepower: 1, weight: 1, year: 1 });

const total = trialsFromArguments(30);
for (;;) {
  const [trial] = await study.askBatch(1, { total });
  if (trial === undefined) break; // the study has its trials
  const value = error(trial.params); // params are typed: { neighbours: number; power: number; … }
  await study.tell(trial, value);
  if ((await study.bestTrial())?.number === trial.number)
    console.log(`trial ${trial.number}: mean error ${value.toFixed(3)} miles per gallon`);
}

const best = await study.bestTrial();
console.log(`\n${total} trials, best: ${best?.value?.toFixed(3)} in trial ${best?.number}`);
console.log(best?.params);
