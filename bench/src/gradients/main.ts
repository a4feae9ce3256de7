/**
 * `npm run bench:gradients [-- --split report] [--seeds 20] [--problems branin,…] [--out <path>.md]`: TPE alone, and
 * `HypergradientSampler` over TPE with exact gradients, noise, zeros, or the wrong sign.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Problem } from '@asktell/testing/problems';
import { HypergradientSampler, TpeSampler } from 'asktell';
import { type ProblemRuns, report } from './report.ts';
import { type GradientRun, runWithGradients } from './run.ts';
import { smoothProblems, type Told } from './tasks.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    split: { type: 'string', default: 'report' },
    seeds: { type: 'string', default: '20' },
    problems: { type: 'string', default: '' },
    out: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
const parts = values.problems.split(',');
const chosen = smoothProblems(values.split as Problem['split']).filter(({ name }) =>
  parts.some((part) => name.includes(part)),
);
const trials = 200;
const kinds: readonly Told[] = ['none', 'exact', 'noise', 'zeros', 'wrong sign'];
const results: ProblemRuns[] = [];
for (const problem of chosen) {
  const runs = new Map<Told, readonly GradientRun[]>();
  for (const told of kinds) {
    const ofKind: GradientRun[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const sampler = told === 'none' ? new TpeSampler() : new HypergradientSampler();
      ofKind.push(await runWithGradients(problem, sampler, told, seed, trials));
    }
    runs.set(told, ofKind);
  }
  results.push({ problem, runs });
  console.error(`bench: ${problem.name}`);
}
const date = new Date().toISOString().slice(0, 10);
const command = `npm run bench:gradients -- --split ${values.split} --seeds ${seeds}`;
const page = `# A sampler that follows gradients

\`${command}\`, ${date}, Node ${process.version}.

${report(results)}
`;
console.log(page);
if (values.out !== undefined) writeFileSync(values.out, page);
