// biome-ignore-all lint/correctness/noNodejsModules: this is a process of its own, started by the tests beside it
import { existsSync, readFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createStudy, SqliteStorage } from 'asktell';
import Database from 'better-sqlite3';

/** A program that drops a study without closing it, and collects its garbage, before it comes to its end. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const [, , task, file] = /** @type {[string, string, string, string]} */ (argv);

/** @param {string | SqliteStorage} storage */
async function work(storage) {
  const study = await createStudy({ name: 'dropped', storage, seed: 1 });
  await study.optimize((trial) => trial.suggestFloat('x', -5, 5) ** 2, { trials: 5 });
}

/** Byte 18 of a database is 1 for a rollback journal and 2 for WAL. */
const isPlain = () => readFileSync(file)[18] === 1 && !existsSync(`${file}-wal`) && !existsSync(`${file}-shm`);

const driver = task === 'driver' ? new Database(file) : null;
await work(driver === null ? file : new SqliteStorage(driver));
if (isPlain()) throw new Error('closed before it was collected');
for (let round = 0; round < 10; round++) {
  await later(0);
  collect();
}
for (let waited = 0; task === 'on' && !isPlain() && waited < 60_000; waited += 10) {
  await later(10);
  collect();
}
// A driver of the program's own is left as it is.
if (driver !== null) stdout.write(`${driver.prepare('SELECT count(*) FROM trials').pluck().get()} trials\n`);
if (task === 'on') stdout.write(isPlain() ? 'plain\n' : 'still open\n');
