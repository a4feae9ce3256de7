// Checks that the packages can be published. Packs them, checks the tarballs, installs them in empty folders with npm and
// pnpm, and runs them with this version of Node, with a later one, and in a browser.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { runInBrowser } from './check-packages-browser.mjs';
import { checkContents } from './check-packages-contents.mjs';
import { everythingSize, plainSize } from './check-packages-size.mjs';
import { checkThirdParty } from './check-packages-third-party.mjs';
import { capture, pinnedPnpm } from './check-packages-tools.mjs';
import { packageFolders, root } from './workspace.mjs';

const tests = `${root}/tests/packages`;
const bin = `${root}/node_modules`;
const temp = mkdtempSync(`${tmpdir()}/asktell-packages-`);
process.on('exit', () => rmSync(temp, { recursive: true, force: true }));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(1));

const publicFolders = packageFolders().filter((packageFolder) => manifestOf(packageFolder)['private'] !== true);
/** The path of the tarball of each package, by package name. */
const tarballs = await pack();

/** @type {{ name: string, outcome: string }[]} */
const summary = [];
let failed = false;

await step('contents of the tarballs', async () => {
  const packed = Object.entries(tarballs);
  const counts = await Promise.all(packed.map(([name, tarball]) => checkContents(name, tarball)));
  return `${counts.reduce((sum, count) => sum + count, 0)} files, no tests and no fixtures`;
});
await step('publint, strict', async () => {
  for (const file of Object.values(tarballs))
    await capture(process.execPath, [`${bin}/publint/src/cli.js`, file, '--strict']);
  return `${publicFolders.length} packages`;
});
await step('attw, types', async () => {
  const attw = `${bin}/@arethetypeswrong/cli/dist/index.js`;
  for (const file of Object.values(tarballs)) {
    await capture(process.execPath, [attw, file, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']);
  }
  return `${publicFolders.length} packages`;
});

const npm = folder('npm');
const pnpm = folder('pnpm');
const later = folder('node24');
const sqlite = { 'better-sqlite3': versionOf('better-sqlite3') };
await Promise.all([
  step('installed with npm', async () => {
    write(`${npm}/package.json`, { private: true, type: 'module', dependencies: { ...local(), ...sqlite }, ...own() });
    await capture('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: npm });
    // The only install script is that of better-sqlite3. It would compile for minutes, so the binary is copied instead.
    const binary = 'better-sqlite3/build/Release/better_sqlite3.node';
    mkdirSync(dirname(`${npm}/node_modules/${binary}`), { recursive: true });
    cpSync(`${root}/packages/storage/node_modules/${binary}`, `${npm}/node_modules/${binary}`);
    return smoke(npm, process.execPath);
  }),
  step('installed with pnpm', async () => {
    write(`${pnpm}/package.json`, {
      private: true,
      type: 'module',
      dependencies: { asktell: local().asktell, ...sqlite },
      pnpm: { overrides: local(), onlyBuiltDependencies: ['better-sqlite3'] },
    });
    await capture('npx', ['--yes', pinnedPnpm, 'install', '--ignore-workspace'], { cwd: pnpm });
    return smoke(pnpm, process.execPath);
  }).then(() =>
    step('Node 24 with node:sqlite', async () => {
      const dependencies = { asktell: local().asktell, node: '24' };
      write(`${later}/package.json`, { private: true, type: 'module', dependencies, overrides: local() });
      await capture('npm', ['install', '--no-audit', '--no-fund'], { cwd: later });
      // With better-sqlite3, this step would not test node:sqlite.
      if (existsSync(`${later}/node_modules/better-sqlite3`)) throw new Error('better-sqlite3 must not be installed');
      return smoke(later, `${later}/node_modules/node/bin/node`, 'node:sqlite');
    }),
  ),
]);

await step('every entry point of every package', async () => {
  const file = `${npm}/entries.mjs`;
  // @asktell/testing can only be imported in a test runner.
  const names = entries().filter((name) => name !== '@asktell/testing');
  writeFileSync(file, names.map((name) => `await import('${name}');\n`).join(''));
  await capture(process.execPath, [file], { cwd: npm });
  return `${names.length} imported`;
});
for (const [how, where] of Object.entries({ npm, pnpm })) {
  for (const resolution of ['nodenext', 'bundler']) {
    await step(`types under ${resolution}, ${how}`, async () => {
      cpSync(`${tests}/types.mts`, `${where}/types.mts`);
      // With pnpm, a folder can only import its direct dependencies.
      const visible = how === 'npm' ? entries() : entries().filter((name) => name === 'asktell');
      const lines = visible.map((name, i) => `export * as entry${i} from '${name}';\n`);
      writeFileSync(`${where}/entries.mts`, lines.join(''));
      const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
      const options = ['--target', 'es2022', '--lib', 'es2023', '--types', '', '--strict', '--noEmit'];
      const compiler = `${bin}/typescript/bin/tsc`;
      const args = [
        compiler,
        ...options,
        '--module',
        module,
        '--moduleResolution',
        resolution,
        'types.mts',
        'entries.mts',
      ];
      await capture(process.execPath, args, { cwd: where });
      return `${visible.length} entry points, declarations included`;
    });
  }
}
await step('a sampler, a pruner and a storage of somebody else', () => checkThirdParty(npm));
await step('size of core and one sampler', () => plainSize(copy('size.mjs', npm)));
await step('size of everything in asktell', () => everythingSize(copy('everything.mjs', npm)));
await step('in a browser', () => runInBrowser(copy('page.mjs', npm), temp));

const width = Math.max(...summary.map(({ name }) => name.length));
console.log('\nPackages');
for (const { name, outcome } of summary) console.log(`  ${name.padEnd(width)}  ${outcome}`);
process.exit(failed ? 1 : 0);

/**
 * Runs one step and adds its outcome to the summary. A failed step does not stop the others.
 * @param {string} name
 * @param {() => Promise<string>} work
 */
async function step(name, work) {
  const start = performance.now();
  /** @param {string} outcome */
  const say = (outcome) => {
    summary.push({ name, outcome: `${outcome} (${((performance.now() - start) / 1000).toFixed(1)} s)` });
    console.log(`${name}: ${outcome}`);
  };
  try {
    say(await work());
  } catch (error) {
    failed = true;
    console.error(error instanceof Error ? error.message : error);
    say('FAILED, see above');
  }
}

async function pack() {
  const to = folder('tarballs');
  const filters = publicFolders.flatMap((packageFolder) => ['--filter', `./${packageFolder}`]);
  await capture('npx', ['--yes', pinnedPnpm, '-r', ...filters, 'pack', '--pack-destination', to], { cwd: root });
  const files = readdirSync(to);
  return Object.fromEntries(
    publicFolders.map((packageFolder) => {
      const { name, version } = manifestOf(packageFolder);
      const file = `${String(name).replace('@', '').replace('/', '-')}-${version}.tgz`;
      if (!files.includes(file)) throw new Error(`pnpm did not pack ${file}, only ${files.join(', ')}`);
      return [String(name), `${to}/${file}`];
    }),
  );
}

/** The import specifiers of all entry points. */
function entries() {
  return publicFolders.flatMap((packageFolder) => {
    const { name, exports } = manifestOf(packageFolder);
    return Object.keys(/** @type {object} */ (exports)).map((path) => `${name}${path.slice(1)}`);
  });
}

/** Dependencies on the tarballs. */
function local() {
  return Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]));
}

/** Overrides for npm, which requires that the override of a direct dependency has the same specifier. */
function own() {
  return { overrides: Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`])) };
}

/**
 * @param {string} where
 * @param {string} node
 * @param {string[]} args
 */
async function smoke(where, node, ...args) {
  return (await capture(node, [copy('smoke.mjs', where), ...args], { cwd: where })).trim();
}

/**
 * @param {string} file
 * @param {string} where
 */
function copy(file, where) {
  cpSync(`${tests}/${file}`, `${where}/${file}`);
  return `${where}/${file}`;
}

/** @param {string} name */
function folder(name) {
  mkdirSync(`${temp}/${name}`);
  return `${temp}/${name}`;
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function write(path, value) {
  writeFileSync(path, JSON.stringify(value, null, 2));
}

/** @param {string} packageFolder @returns {Record<string, unknown>} */
function manifestOf(packageFolder) {
  return JSON.parse(readFileSync(`${root}/${packageFolder}/package.json`, 'utf8'));
}

/** The version that the workspace tests with. @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(`${root}/packages/storage/node_modules/${name}/package.json`, 'utf8')).version;
}
