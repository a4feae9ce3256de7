/**
 * `npm run bench:rates [-- --seeds 3] [--set report|tune] [--batch 0|32] [--steps 1000] [--out <path>.md]`: where hypergradient
 * optimizers end that start from a bad rate, compared with the best fixed rate of a grid. The defaults were chosen with the set
 * `tune` and with other tables.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markdownTable } from '../table.ts';
import { plotCurves } from './curves.ts';
import { type Measured, measure, starts } from './measure.ts';
import { reportTables, tuneTables } from './tables.ts';
import { type OptimizerName, optimizers, type Task } from './train.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    seeds: { type: 'string', default: '3' },
    set: { type: 'string', default: 'report' },
    batch: { type: 'string', default: '0' },
    steps: { type: 'string', default: '1000' },
    out: { type: 'string' },
  },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i);
const [batch, steps] = [Number(values.batch), Number(values.steps)];
const tables = (values.set === 'tune' ? tuneTables : reportTables).map((read) => read());
const tasks = tables.flatMap((table): Task[] => [
  { name: `${table.name}: logistic regression`, table, hidden: 0, batch, steps },
  { name: `${table.name}: MLP`, table, hidden: 16, batch, steps },
]);

const measured: Measured[] = [];
for (const task of tasks)
  for (const optimizer of Object.keys(optimizers) as OptimizerName[]) {
    measured.push(measure(task, optimizer, seeds));
    console.error(`bench: ${task.name}, ${optimizer}`);
  }

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'diverged');
const percent = (ratio: number): string =>
  Number.isFinite(ratio) ? `${ratio < 1 ? '' : '+'}${(100 * (ratio - 1)).toFixed(1)} %` : 'diverged';
const head = [
  'task',
  'optimizer',
  'best fixed rate',
  'its loss',
  'fixed, 0.01 ×',
  'fixed, 10 ×',
  ...starts.map((start) => `from ${start} ×`),
];
const lines = measured.map(({ task, optimizer, bestRate, bestLoss, fixed, ratios }) => [
  task.name,
  optimizer,
  short(bestRate),
  short(bestLoss),
  ...[...fixed, ...ratios].map(percent),
]);
const bad = measured.flatMap(({ ratios }) => ratios);
const within = bad.filter((ratio) => ratio <= 1.05).length;
const plots = measured.map(
  ({ task, optimizer, curves }) =>
    `${task.name}, ${optimizer}\n\n${plotCurves(
      curves.map((curve, i) => ({
        mark: '·ab'[i] as string,
        label: i === 0 ? 'best fixed rate' : `from ${starts[i - 1]} times this rate`,
        values: curve,
      })),
      steps,
    )}`,
);
const text = `# Hypergradient optimizers from bad rates

Written by \`npm run bench:rates -- --set ${values.set} --seeds ${seeds.length} --batch ${batch} --steps ${steps}\`.

${steps} steps on ${batch === 0 ? 'all rows' : `batches of ${batch} rows`} of tables with at most 300 rows. The loss is the cross-entropy of all rows with weight decay, after the last
step. The best rate of a grid of fixed rates, powers of √10, is the measure. Columns show the loss relative to it${
  seeds.length > 1
    ? `, as the
median over ${seeds.length} seeds`
    : ', for one seed'
}. Fixed
rates that are as bad as the starts are shown for the first seed. The adaptive optimizers have their defaults, and
start from the best fixed rate times 0.01 and 10.

${markdownTable(head, lines, [2, 3, 4, 5, 6, 7])}

From the bad starts, ${within} of ${bad.length} losses are at most 5 % above that of the best fixed rate.

## Curves

The loss of the first seed, on a logarithmic scale.

${plots.map((plot) => `\`\`\`text\n${plot}\n\`\`\``).join('\n\n')}
`;
console.log(text);
if (values.out !== undefined) writeFileSync(values.out, text);
