/**
 * `npm run bench:ml [-- --seeds 20] [--only fits,effects,repeats] [--out <path>.md]`: what the searches of asktell/ml are
 * worth. How many fits they save, how often the report claims an effect where there is none or misses one, and how much
 * better a race between repeats chooses.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { carMileage, penguinSex, realOrPlanted, seattle, shuffledLabels } from './data-sets.ts';
import { measureEffect } from './effects.ts';
import { compareFits } from './fits.ts';
import { betterHalfSpread, noisyProblems, type RepeatRun, searchWithRepeats, settings } from './repeats.ts';
import { effectReport, fitsReport, repeatReport } from './report.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    seeds: { type: 'string', default: '20' },
    only: { type: 'string', default: 'fits,effects,repeats' },
    out: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
const wanted = values.only.split(',');
const sections: string[] = [];

if (wanted.includes('repeats')) {
  const tables = [];
  for (const budget of [300, 100]) {
    const rows = [];
    for (const problem of noisyProblems) {
      const noise = betterHalfSpread(problem);
      const runs = new Map(settings.map(({ name }) => [name, [] as RepeatRun[]]));
      // The numbers of repeats were chosen with the seeds below 1000.
      for (let seed = 1000; seed < 1000 + seeds; seed++)
        for (const setting of settings)
          runs.get(setting.name)?.push(await searchWithRepeats(problem, noise, setting, budget, seed));
      rows.push({ problem: problem.name, noise, runs });
      console.error(`bench: ${problem.name}, ${budget} measurements`);
    }
    tables.push({ budget, rows });
  }
  sections.push(repeatReport(tables, seeds));
}
if (wanted.includes('effects')) {
  const shuffled = [];
  for (const [i, data] of shuffledLabels(40).entries()) shuffled.push(await measureEffect(data, i));
  const real = [];
  for (const [i, data] of realOrPlanted().entries()) real.push(await measureEffect(data, i));
  sections.push(effectReport(shuffled, real));
}
if (wanted.includes('fits')) {
  const rows = [];
  for (const data of [penguinSex(), seattle(), carMileage()]) rows.push(await compareFits(data, seeds));
  sections.push(fitsReport(rows));
}
const text = `# Searches of asktell/ml\n\nWritten by \`npm run bench:ml -- --seeds ${seeds}\`.\n\n${sections.join('\n')}`;
console.log(text);
if (values.out !== undefined) writeFileSync(values.out, text);
