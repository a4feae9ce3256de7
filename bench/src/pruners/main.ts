/**
 * `npm run bench:pruners [-- --seeds 20] [--tables network,…] [--only asktell] [--out <path>.md]`: compares the best
 * values after equal numbers of steps on tables of learning curves: our TPE with our pruners, and Optuna's TPE with its
 * pruners. Runs of Optuna are cached in .asktell/pruners.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findPython } from '../peers/environment.ts';
import { PeerRuns } from './cache.ts';
import { runOurs } from './ours.ts';
import { Peer, peerPackages } from './peer.ts';
import { type Entry, tableReport } from './report.ts';
import { checkpoints, type PrunerRun, type PrunerTask } from './run.ts';
import { specsFor } from './specs.ts';
import { readTable, tableNames } from './tables/curve-table.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    seeds: { type: 'string', default: '20' },
    tables: { type: 'string', default: tableNames.join(',') },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
const steps = checkpoints.at(-1) as number;
const environment = values.only === 'asktell' ? null : findPython(peerPackages);
if (typeof environment === 'string') {
  console.error(`bench:pruners: ${environment}`);
  process.exit(1);
}
const cache = environment === null ? null : new PeerRuns(environment.versions);
const peer = environment === null ? null : new Peer(environment.python);
const tables = values.tables.split(',').map(readTable);

async function run(task: PrunerTask): Promise<PrunerRun> {
  if (task.spec.side === 'asktell') return runOurs(readTable(task.table), task);
  const known = cache?.get(task);
  if (known !== undefined) return known;
  const result = await (peer as Peer).run(task);
  cache?.set(task, result);
  return result;
}

const sections: string[] = [];
for (const table of tables) {
  const { name } = table.file;
  const specs = specsFor(table).filter(({ side }) => values.only === undefined || side === values.only);
  const runs = new Map(specs.map((spec) => [spec, [] as PrunerRun[]]));
  for (let seed = 0; seed < seeds; seed++) {
    for (const spec of specs) runs.get(spec)?.push(await run({ spec, table: name, seed, steps }));
    console.error(`bench: ${name}, seed ${seed + 1} of ${seeds}`);
  }
  sections.push(
    tableReport(
      table,
      [...runs].map(([spec, results]): Entry => ({ spec, runs: results })),
    ),
  );
}
peer?.close();
const versions = [
  `Node ${process.version}`,
  ...Object.entries(environment?.versions ?? {}).map(([name, version]) => `${name} ${version}`),
];
const page = `# Pruners at equal steps

\`npm run bench:pruners -- --seeds ${seeds}\`, ${new Date().toISOString().slice(0, 10)}, ${versions.join(', ')}.

Mean regret of the best complete trial after 100 to 1,600 steps, over ${seeds} seeds: 0 is the best configuration of the table, 1 the median one.
"+" and "−": significantly better or worse than our TPE without pruning (Mann–Whitney, p < 0.05). Speed-up: the number of steps after which
TPE without pruning reaches its final mean regret, divided by the number of steps that the pruner needs for it.

"TPE by bracket": a TPE for each bracket of Hyperband, as in Optuna. "TPE at a rung": as in BOHB, TPE learns from the trials that have
reached the highest step that d + 2 trials have reached, by their values there. The other rows of ours learn from all trials.

${sections.join('\n\n')}
`;
console.log(page);
if (values.out !== undefined) writeFileSync(values.out, page);
