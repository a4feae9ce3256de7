/**
 * `npm run bench:noise [-- --split report --seeds 20 --trials 60 --samplers random,tpe,gp --levels 0.1,0.5 --out <path>.md]`:
 * what the trial of `bestTrial()` and that of `recommend()` are worth without noise.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Problem, problems } from '@asktell/testing/problems';
import { pairedBootstrap } from '../quality/statistics/paired-bootstrap.ts';
import { markdownTable } from '../table.ts';
import { type NoisyResult, runNoisy, spreadOf } from './run.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    split: { type: 'string', default: 'report' },
    seeds: { type: 'string', default: '20' },
    trials: { type: 'string', default: '60' },
    samplers: { type: 'string', default: 'random,tpe,gp' },
    levels: { type: 'string', default: '0.1,0.5' },
    out: { type: 'string' },
  },
});
const [seeds, trials] = [Number(values.seeds), Number(values.trials)];

/** Problems with one objective whose trials neither fail nor violate constraints. */
function isSuitable({ family, objectives, tags }: Problem): boolean {
  return objectives === 1 && family !== 'constrained' && family !== 'failing' && !tags.includes('long');
}

const chosen = problems.filter((problem) => problem.split === values.split && isSuitable(problem));
const spreads = new Map(chosen.map((problem) => [problem, spreadOf(problem)]));
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x / numbers.length, 0);

function row(label: readonly string[], groups: readonly (readonly NoisyResult[])[]): readonly string[] {
  const means = groups.map((group) => [
    mean(group.map(({ recommended }) => recommended)),
    mean(group.map(({ best }) => best)),
  ]) as [number, number][];
  const count = (holds: (recommended: number, best: number) => boolean): number =>
    means.filter(([recommended, best]) => holds(recommended, best)).length;
  const [better, worse] = [count((a, b) => a < b), count((a, b) => a > b)];
  const pairs = groups.map((group) => group.map(({ best, recommended }) => [recommended - best, 0] as const));
  const { below } = pairedBootstrap(
    pairs.map((group) => [[mean(group.map(([difference]) => difference)), 0] as const]),
    { resamples: 4000, seed: 1 },
  );
  return [
    ...label,
    mean(means.map(([, best]) => best)).toFixed(3),
    mean(means.map(([recommended]) => recommended)).toFixed(3),
    `${better}, ${groups.length - better - worse}, ${worse}`,
    below.toFixed(3),
  ];
}

const rows: (readonly string[])[] = [];
for (const sampler of values.samplers.split(',')) {
  for (const level of values.levels.split(',').map(Number)) {
    for (const told of [true, false]) {
      const groups: NoisyResult[][] = [];
      for (const problem of chosen) {
        const results: NoisyResult[] = [];
        for (let seed = 1; seed <= seeds; seed++) {
          const spread = spreads.get(problem) as ReturnType<typeof spreadOf>;
          results.push(await runNoisy({ problem, sampler, level, told, trials, seed }, spread));
        }
        groups.push(results);
      }
      rows.push(row([sampler, `${100 * level} %`, told ? 'told' : 'not told'], groups));
      console.error(`bench: ${rows.at(-1)?.join(' | ')}`);
    }
  }
}
const head = ['sampler', 'noise', '`sem`', '`bestTrial()`', '`recommend()`', 'better, equal, worse', 'P(better)'];
const page = `# The right answer under noise

\`npm run bench:noise -- --split ${values.split} --seeds ${seeds} --trials ${trials} --samplers ${values.samplers} --levels ${values.levels}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}.

Mean regret, without the noise, of the trial that \`bestTrial()\` and that \`recommend()\` return, over ${chosen.length} problems and ${seeds}
seeds: 0 is the optimum, 1 the median of random points. The standard deviation of the noise is a share of the spread of the values
over the space. Problems are better or worse by the means of their seeds. P(better): share of the bootstrap samples of the problems in which
the median difference of regrets is below 0.

${markdownTable(head, rows, [3, 4, 5, 6])}
`;
console.log(page);
if (values.out !== undefined) writeFileSync(values.out, page);
