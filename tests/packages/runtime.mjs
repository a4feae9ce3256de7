// A user's program: a study in a file. `runtime.mjs [driver] [kill]`: with `kill`, the process kills itself inside trial 100.
// The next run resumes the study.
import process from 'node:process';
import { SqliteStorage } from 'asktell';
import { runStudy } from './runtime-study.mjs';

const [, , driver, kill] = process.argv;
const file = 'runtimes.db';
const storage = driver ? new SqliteStorage(file, { driver }) : file;
const { study, result } = await runStudy(storage, (number) => {
  if (number === 100 && kill === 'kill') process.kill(process.pid, 'SIGKILL');
});
/** @type {Map<string, { library: string }>} Internal to @asktell/storage: the open files of this process. */
const files = /** @type {any} */ (globalThis)[Symbol.for('asktell.sqlite.open-files')];
const libraries = [...files.values()].map(({ library }) => library);
await study.close();
if (typeof storage !== 'string') await storage.close();
console.log(JSON.stringify({ ...result, libraries }));
