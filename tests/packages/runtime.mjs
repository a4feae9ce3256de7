// A user's program: a study in a file. With the argument `kill`, the process kills itself inside trial 100. The next run
// resumes the study.
import process from 'node:process';
import { runStudy } from './runtime-study.mjs';

const { study, result } = await runStudy('runtimes.db', (number) => {
  if (number === 100 && process.argv.includes('kill')) process.kill(process.pid, 'SIGKILL');
});
/** @type {Map<string, { library: string }>} Internal to @asktell/storage: the open files of this process. */
const files = /** @type {any} */ (globalThis)[Symbol.for('asktell.sqlite.open-files')];
const libraries = [...files.values()].map(({ library }) => library);
await study.close();
console.log(JSON.stringify({ ...result, libraries }));
