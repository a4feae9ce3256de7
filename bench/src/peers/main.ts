/**
 * `npm run bench:peers [-- --quick]` runs the same work in Asktell, Optuna and Rustuna and compares the results. A full run
 * writes bench/RESULTS.md. A quick run only prints.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gpRows } from './gp-rows.ts';
import { findPeers, type Peers } from './python.ts';
import { report } from './report.ts';
import { fleet, load, memorySize, memorySpeed, type PeerRow, sqlite } from './rows.ts';
import { askCostRows, searchRow } from './search-row.ts';

const results = fileURLToPath(new URL('../../RESULTS.md', import.meta.url));

async function measure(peers: Peers, quick: boolean): Promise<PeerRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'asktell-peers-'));
  const bench = { peers, folder, scale: quick ? 10 : 1 };
  const rows: PeerRow[] = [];
  const add = (row: PeerRow): void => {
    console.error(`bench: ${row.work}: done`);
    rows.push(row);
  };
  try {
    add(await memorySpeed(bench, 5, 3));
    add(await memorySpeed(bench, 40, 1));
    add(await memorySize(bench));
    const process = await sqlite(bench, null, 'process');
    add(process.row);
    add((await sqlite(bench, process.theirs, 'power')).row);
    add(await fleet(bench));
    add(await load(bench));
    const tpe = { ours: 'tpe', theirs: 'TPESampler', dimensions: 40, objectives: 1, trials: 1_000 };
    for (const how of [{ title: 'TPE' }, { title: "TPE, Optuna's kernels", options: { recipe: 'optuna' } }]) {
      add(await searchRow(bench, { ...tpe, ...how, dimensions: 5, timesRustuna: 1.5 }));
      add(await searchRow(bench, { ...tpe, ...how, timesRustuna: 2 }));
      add(await searchRow(bench, { ...tpe, ...how, mixed: true, timesRustuna: 4 }));
      add(await searchRow(bench, { ...tpe, ...how, objectives: 2, timesRustuna: 2 }));
      const long = { dimensions: 5, trials: 10_000, withoutOptuna: true };
      add(await searchRow(bench, { ...tpe, ...how, ...long, timesRustuna: 10 }));
    }
    for (const row of await askCostRows(bench, [1_000, 10_000, 100_000])) add(row);
    for (const row of await gpRows(bench)) add(row);
    const cmaes = { title: 'CMA-ES', ours: 'cmaes', theirs: 'CmaEsSampler', dimensions: 40, objectives: 1 };
    add(await searchRow(bench, { ...cmaes, trials: 10_000, timesRustuna: 1 }));
    add(await searchRow(bench, { ...cmaes, trials: 100_000, timesRustuna: 1, withoutOptuna: true, published: 5_853 }));
    const nsga = { title: 'NSGA-II', ours: 'nsga-ii', theirs: 'NSGAIISampler', dimensions: 40, objectives: 2 };
    add(await searchRow(bench, { ...nsga, trials: 10_000, timesRustuna: 1 }));
    add(await searchRow(bench, { ...nsga, trials: 100_000, timesRustuna: 1, withoutOptuna: true }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

const quick = process.argv.includes('--quick');
const peers = findPeers();
if (typeof peers === 'string') console.log(`bench:peers was skipped: ${peers}.`);
else {
  const [loadBefore = 0] = loadavg();
  const page = report(
    await measure(peers, quick),
    peers,
    loadBefore,
    `npm run bench:peers${quick ? ' -- --quick' : ''}`,
  );
  console.log(page);
  if (quick) console.error('bench: a quick run does not change bench/RESULTS.md.');
  else await writeFile(results, page);
}
