/**
 * An experiment that costs a day. A reactor makes a dye, and eight of them stand in the laboratory. The example looks for
 * the temperature, the duration, the share of acid and the catalyst with the highest yield, in 40 runs. The models of
 * GpSampler then say what was not measured: the yield at every temperature, and how sure that is.
 */
import { setTimeout as day } from 'node:timers/promises';
import { categorical, createStudy, float, GpSampler, predict } from 'asktell';
import { trialsFromArguments } from './support/arguments.ts';

const space = {
  temperature: float(20, 120), // degrees Celsius
  hours: float(0.25, 6, { log: true }),
  acid: float(0, 10), // percent
  catalyst: categorical(['none', 'nickel', 'palladium']),
};
interface Recipe {
  readonly temperature: number;
  readonly hours: number;
  readonly acid: number;
  readonly catalyst: 'none' | 'nickel' | 'palladium';
}

/** Arrhenius factors per hour of the reaction and of the decay of the dye, and the loss in percent per run. */
const catalysts = {
  none: { reaction: 4e4, decay: 2e7, loss: 0 },
  nickel: { reaction: 2e5, decay: 3e7, loss: 4 },
  palladium: { reaction: 3e5, decay: 6e7, loss: 9 },
} as const;

/** The true yield in percent: the dye forms, and decays when it is hot for long. */
function trueYield({ temperature, hours, acid, catalyst }: Recipe): number {
  const { reaction, decay, loss } = catalysts[catalyst];
  const kelvin = temperature + 273;
  const forms = reaction * Math.exp(-4200 / kelvin) * Math.exp(-(((acid - 6) / 4) ** 2));
  const decays = decay * Math.exp(-7000 / kelvin);
  const made = (forms / (forms - decays)) * (Math.exp(-decays * hours) - Math.exp(-forms * hours));
  return Math.max(0, 100 * made - loss);
}

/** Takes a day. The scale of the laboratory is exact to half a percent. */
async function experiment(recipe: Recipe, run: number): Promise<number> {
  await day(5);
  return trueYield(recipe) + 0.5 * Math.sin(97 * run);
}

const trials = trialsFromArguments(40);
const study = await createStudy({ space, direction: 'maximize', sampler: new GpSampler(), seed: 5 });
await study.optimize(({ params, number }) => experiment(params, number), { trials, concurrency: 8 });

const best = await study.bestTrial();
if (best?.value === undefined) throw new Error('no run has a yield');
const { temperature, hours, acid, catalyst } = best.params;
console.log(`\n${trials} runs, eight at a time. The best one, number ${best.number}:`);
console.log(`  ${temperature.toFixed(0)} °C, ${hours.toFixed(1)} hours, ${acid.toFixed(1)} % acid, ${catalyst}`);
console.log(
  `  yield ${best.value.toFixed(1)} %, without the error of the scale ${trueYield(best.params).toFixed(1)} %`,
);

// The yield at other temperatures, everything else as in the best run.
const rows = Array.from({ length: 21 }, (_, i) => ({ ...best.params, temperature: 20 + 5 * i }));
const predictions = await predict(study, rows);
const width = 60;
const column = (percent: number): number => Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);

console.log('\nPredicted yield by temperature: mean (o) ± 2 deviations (-), and the true yield (x)\n');
rows.forEach((row, i) => {
  const { mean = 0, deviation = 0 } = predictions[i] ?? {};
  const cells = Array.from({ length: width + 1 }, () => ' ');
  cells.fill('-', column(mean - 2 * deviation), column(mean + 2 * deviation) + 1);
  cells[column(mean)] = 'o';
  cells[column(trueYield(row))] = 'x';
  const numbers = `${mean.toFixed(1).padStart(5)} ± ${deviation.toFixed(1).padStart(4)}`;
  console.log(`${String(row.temperature).padStart(5)} °C |${cells.join('')}| ${numbers}`);
});
