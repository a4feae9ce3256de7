/**
 * A custom sampler in ten lines. It samples near the trial with the smallest value so far, so it is for studies that minimize. A proposal depends only on the seed and the
 * history, so a restarted study makes the same proposals. For long studies, a sampler should keep the best trial in its
 * state, in a `fold`, instead of searching the whole history.
 */
import { createStudy, float, fromUnit, RandomSampler, type Sampler, toExternal, toUnit } from 'asktell';
import { cars } from './data/cars.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { table } from './support/table.ts';

const nearBest: Sampler = {
  name: 'near-best',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne(_state, ctx, name, dist) {
    const { history } = ctx;
    const values = history.values(0);
    const rng = ctx.rng(name);
    const best = history.finished.reduce((b, row) => ((values[row] as number) < (values[b] ?? Infinity) ? row : b), -1);
    const x = best < 0 ? Number.NaN : history.value(best, name);
    const u = Number.isNaN(x) ? rng.float() : toUnit(dist, x) + 0.05 * rng.normal();
    return toExternal(dist, fromUnit(dist, Math.min(Math.max(u, 0), 1)));
  },
};

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
