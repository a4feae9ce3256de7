// Runs the scripts of package.json: `node scripts/run.mjs <task> [arguments]`.
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { pnpm, prepare, tsc } from './bootstrap.mjs';
import { exitWithNpm } from './exit-with-npm.mjs';
import { run } from './spawn.mjs';
import { packageFolders, root } from './workspace.mjs';

const [task = '', ...args] = process.argv.slice(2);
process.chdir(root);

/** @type {Record<string, () => Promise<void>>} */
const tasks = {
  async start() {
    await prepare();
    await runInProcess('examples/dist/svm.js', args);
  },
  async example() {
    await prepare();
    const [name = '', ...rest] = args;
    const examples = readdirSync(`${root}/examples/dist`).filter((file) => file.endsWith('.js'));
    if (examples.includes(`${name}.js`)) return runInProcess(`examples/dist/${name}.js`, rest);
    const names = examples.map((file) => file.slice(0, -3)).join(', ');
    fail(`example must be one of ${names}, not '${name}'`);
  },
  async bench() {
    await prepare();
    await runInProcess('bench/dist/main.js', args);
  },
  async 'bench:peers'() {
    await prepare();
    await runInProcess('bench/dist/peers/main.js', args);
  },
  async 'bench:ml'() {
    await prepare();
    await runInProcess('bench/dist/ml/main.js', args);
  },
  async 'bench:pruners'() {
    await prepare();
    await runInProcess('bench/dist/pruners/main.js', args);
  },
  async 'bench:noise'() {
    await prepare();
    await runInProcess('bench/dist/noise/main.js', args);
  },
  async 'bench:gradients'() {
    await prepare();
    await runInProcess('bench/dist/gradients/main.js', args);
  },
  async 'bench:quality'() {
    await prepare();
    await runInProcess('bench/dist/quality/main.js', args);
  },
  async 'bench:keep'() {
    await prepare();
    await runInProcess('bench/dist/quality/keep.js', args);
  },
  async test() {
    await prepare(); // the process tests import the built packages
    await runInProcess('node_modules/vitest/vitest.mjs', ['run', ...args]);
  },
  async torture() {
    await prepare();
    process.env['ASKTELL_TORTURE'] = '1';
    const files = ['crash', 'many-processes', 'chaos'].map(
      (name) => `packages/asktell/src/process-tests/${name}.test.ts`,
    );
    await runInProcess('node_modules/vitest/vitest.mjs', ['run', '--no-file-parallelism', ...files, ...args]);
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
    await runInProcess('scripts/check-packages.mjs', args);
  },
  async api() {
    await prepare(); // the reports are generated from the built declarations
    await runInProcess('scripts/api.mjs', args);
  },
  async 'check:api'() {
    await prepare();
    await runInProcess('scripts/api.mjs', ['--check', ...args]);
  },
  async docs() {
    const { writeErrorsPage } = await import('./errors-page.mjs');
    writeErrorsPage();
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
      await runInProcess('node_modules/@changesets/cli/bin.js', args);
    } else {
      fail(`changeset command must be add, status or version, not '${command}'`);
    }
  },
  async deps() {
    await pnpm(args.length > 0 ? args : ['install', '--no-frozen-lockfile']);
  },
};

/**
 * Runs another program in this process. It gets the signals, the terminal and the exit code, and no second Node starts.
 * @param {string} file
 * @param {readonly string[]} argv
 */
async function runInProcess(file, argv) {
  const path = `${root}/${file}`;
  if (!existsSync(path)) fail(`${file} does not exist; run 'npm run build'`);
  process.argv = [process.execPath, path, ...argv];
  exitWithNpm();
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
if (chosen === undefined) fail(`task must be one of ${Object.keys(tasks).join(', ')}, not '${task}'`);
await chosen();
