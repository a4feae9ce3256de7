// What the scripts of package.json do: `node scripts/run.mjs <task> [arguments]`.
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { pnpm, prepare, tsc } from './bootstrap.mjs';
import { endWithNpm } from './parents.mjs';
import { run } from './spawn.mjs';
import { packageFolders, root } from './workspace.mjs';

const [task = '', ...args] = process.argv.slice(2);
process.chdir(root);

/** @type {Record<string, () => Promise<void>>} */
const tasks = {
  async start() {
    await prepare();
    await become('examples/dist/svm.js', args);
  },
  async example() {
    await prepare();
    const [name = '', ...rest] = args;
    const examples = readdirSync(`${root}/examples/dist`).filter((file) => file.endsWith('.js'));
    if (examples.includes(`${name}.js`)) return become(`examples/dist/${name}.js`, rest);
    const names = examples.map((file) => file.slice(0, -3)).join(', ');
    fail(name === '' ? `which example? ${names}` : `there is no example '${name}', only ${names}`);
  },
  async bench() {
    await prepare();
    await become('bench/dist/main.js', args);
  },
  async 'bench:peers'() {
    await prepare();
    await become('bench/dist/peers/main.js', args);
  },
  async 'bench:pruners'() {
    await prepare();
    await become('bench/dist/pruners/main.js', args);
  },
  async 'bench:quality'() {
    await prepare();
    await become('bench/dist/quality/main.js', args);
  },
  async test() {
    await prepare(); // tests spawn processes, which import the built packages
    await become('node_modules/vitest/vitest.mjs', ['run', ...args]);
  },
  async torture() {
    await prepare();
    process.env['ASKTELL_TORTURE'] = '1';
    const files = ['crash', 'many-processes'].map((name) => `packages/asktell/src/process-tests/${name}.test.ts`);
    await become('node_modules/vitest/vitest.mjs', ['run', '--no-file-parallelism', ...files, ...args]);
  },
  async build() {
    await prepare();
  },
  async typecheck() {
    await prepare({ build: false });
    process.exitCode = await run(process.execPath, [tsc, '-b', ...args]);
  },
  async lint() {
    await prepare({ build: false });
    await biome(['check', '--error-on-warnings', ...args]);
  },
  async format() {
    await prepare({ build: false });
    await biome(['check', '--write', ...args]);
  },
  async 'check:packages'() {
    await prepare();
    await become('scripts/check-packages.mjs', args);
  },
  async api() {
    await prepare(); // the reports are made of the built declarations
    await become('scripts/api.mjs', args);
  },
  async 'check:api'() {
    await prepare();
    await become('scripts/api.mjs', ['--check', ...args]);
  },
  async changeset() {
    await prepare({ build: false });
    const [command = 'add'] = args;
    if (command === 'version') {
      const { raiseVersions } = await import('./versions.mjs');
      const version = await raiseVersions(root, packageFolders()).catch((/** @type {Error} */ error) =>
        fail(error.message),
      );
      console.log(`All packages have version ${version}.`);
    } else if (command === 'add' || command === 'status') {
      await become('node_modules/@changesets/cli/bin.js', args);
    } else {
      fail(`'changeset ${command}' is not used here, only add, status and version`);
    }
  },
  async deps() {
    await pnpm(args.length > 0 ? args : ['install', '--no-frozen-lockfile']);
  },
};

/**
 * Goes on as another program in this very process: signals, terminal and exit code are its own, and nothing waits for
 * a second Node to start.
 * @param {string} file
 * @param {readonly string[]} argv
 */
async function become(file, argv) {
  const path = `${root}/${file}`;
  if (!existsSync(path)) fail(`${file} does not exist`);
  process.argv = [process.execPath, path, ...argv];
  endWithNpm();
  await import(pathToFileURL(path).href);
}

/** @param {readonly string[]} argv */
async function biome(argv) {
  process.exitCode = await run(process.execPath, [`${root}/node_modules/@biomejs/biome/bin/biome`, ...argv]);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`asktell: ${message}`);
  process.exit(1);
}

const chosen = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
if (chosen === undefined) fail(`which task? ${Object.keys(tasks).join(', ')}`);
await chosen();
