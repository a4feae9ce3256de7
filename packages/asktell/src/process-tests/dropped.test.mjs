// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { existsSync, readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createStudy, SqliteStorage } from 'asktell';
import Database from 'better-sqlite3';

/** Drops a study without closing it and runs the garbage collector. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const [, , task, file] = /** @type {[string, string, string, string]} */ (argv);

/** @param {string | SqliteStorage} storage */
async function work(storage) {
  const study = await createStudy({ name: 'dropped', storage, seed: 1 });
  await study.optimize((trial) => trial.suggestFloat('x', -5, 5) ** 2, { trials: 5 });
}

/** Byte 18 of a database is 1 for a rollback journal and 2 for WAL. */
const isSingleFile = () => readFileSync(file)[18] === 1 && !existsSync(`${file}-wal`) && !existsSync(`${file}-shm`);

const driver = task === 'driver' ? new Database(file) : null;
await work(driver === null ? file : new SqliteStorage(driver));
if (isSingleFile()) throw new Error('closed before it was collected');
for (let round = 0; round < 10; round++) {
  await later(0);
  collect();
}
for (let waited = 0; task === 'on' && !isSingleFile() && waited < 60_000; waited += 10) {
  await later(10);
  collect();
}
// A driver that the program opened must stay open.
if (driver !== null) stdout.write(`${driver.prepare('SELECT count(*) FROM trials').pluck().get()} trials\n`);
if (task === 'on') stdout.write(isSingleFile() ? 'single file\n' : 'still open\n');
