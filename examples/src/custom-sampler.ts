/**
 * A sampler of your own: see samplers/near-best.ts. Its state is built from finished trials by `fold`. A proposal depends only
 * on the seed, the trial and the state, so a restarted study makes the same proposals. Its tests are the laws of
 * `@asktell/testing`.
 */
import { createStudy, float, RandomSampler } from 'asktell';
import { cars } from './data/cars.ts';
import { nearBest } from './samplers/near-best.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { table } from './support/table.ts';

// The task is a linear model: miles per gallon from horsepower, weight, acceleration and year.
const { features, milesPerGallon } = cars();
const weight = float(-10, 10);
const space = { offset: float(0, 50), horsepower: weight, weight, acceleration: weight, year: weight };
const trials = trialsFromArguments(300);

const rows = [];
for (const sampler of [new RandomSampler(), nearBest]) {
  const study = await createStudy({ sampler, space, seed: 1 });
  await study.optimize(
    ({ params: { offset, ...weights } }) => {
      const slopes = Object.values(weights);
      const errors = features.map((car, i) =>
        Math.abs(car.reduce((sum, x, j) => sum + x * (slopes[j] as number), offset) - (milesPerGallon[i] as number)),
      );
      return errors.reduce((a, b) => a + b, 0) / errors.length;
    },
    { trials },
  );
  const best = await study.bestTrial();
  rows.push({ sampler: sampler.name, 'mean error': best?.value?.toFixed(2), 'in trial': best?.number });
}
console.log(`miles per gallon, after ${trials} trials`);
console.log(table(rows));
