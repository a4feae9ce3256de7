// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { argv, getuid, setgid, setuid, stdout } from 'node:process';
import { listStudies, SqliteStorage } from 'asktell';

/** Lists the studies of each file as a user who must not write there. Prints one outcome per file. */
await new SqliteStorage(':memory:').listStudies(); // loads the driver while its files can be read
const nobody = 65_534;
if (getuid?.() === 0) {
  setgid?.(nobody);
  setuid?.(nobody);
}
const outcomes = [];
for (const storage of argv.slice(2)) {
  try {
    outcomes.push((await listStudies({ storage })).map(({ name }) => name));
  } catch (error) {
    const { code, message } = /** @type {{ code: string, message: string }} */ (error);
    outcomes.push({ code, message });
  }
}
stdout.write(`${JSON.stringify(outcomes)}\n`);
