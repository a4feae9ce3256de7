// Checks that the packages can be published. Packs them, checks the tarballs, installs them in empty folders with npm and
// pnpm, and runs them with this version of Node, on other runtimes, and in a browser. `npm run check:packages -- runtimes`
// only prints the table of runtimes, and `-- bundlers` only checks the bundlers.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { bundleForBrowser, runInBrowser, withoutBrowser } from './check-packages-browser.mjs';
import { bundlers, checkBundler } from './check-packages-bundlers.mjs';
import { checkContents } from './check-packages-contents.mjs';
import { browserOutcome, compared, killAndResume, runtimes } from './check-packages-runtimes.mjs';
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

const npm = folder('npm');
const pnpm = folder('pnpm');
const sqlite = { 'better-sqlite3': versionOf('better-sqlite3') };
const only = process.argv[2];
if (only === undefined) await contents();
if (only === undefined) await Promise.all([installWithNpm(), installWithPnpm().then(installAlone)]);
else await installWithNpm();
if (only === undefined) await entryPoints();
if (only !== 'bundlers') await onRuntimes();
if (only !== 'runtimes') await withBundlers();

const width = Math.max(...summary.map(({ name }) => name.length));
console.log('\nPackages');
for (const { name, outcome } of summary) console.log(`  ${name.padEnd(width)}  ${outcome}`);
process.exit(failed ? 1 : 0);

async function contents() {
  await step('contents of the tarballs', async () => {
    const packed = Object.entries(tarballs);
    const counts = await Promise.all(packed.map(([name, tarball]) => checkContents(name, tarball)));
    const bytes = packed.reduce((sum, [, tarball]) => sum + statSync(tarball).size, 0);
    return `${counts.reduce((sum, count) => sum + count, 0)} files, no tests and no fixtures; ${MB(bytes)} packed`;
  });
  await step('publint, strict', async () => {
    for (const file of Object.values(tarballs))
      await capture(process.execPath, [`${bin}/publint/src/cli.js`, file, '--strict']);
    return `${publicFolders.length} packages`;
  });
  await step('attw, types', async () => {
    const attw = `${bin}/@arethetypeswrong/cli/dist/index.js`;
    for (const file of Object.values(tarballs))
      await capture(process.execPath, [attw, file, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']);
    return `${publicFolders.length} packages`;
  });
}

async function installWithNpm() {
  await step('installed with npm', async () => {
    write(`${npm}/package.json`, { private: true, type: 'module', dependencies: { ...local(), ...sqlite }, ...own() });
    await capture('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: npm });
    // The only install script is that of better-sqlite3. It would compile for minutes, so the binary is copied instead.
    const binary = 'better-sqlite3/build/Release/better_sqlite3.node';
    mkdirSync(dirname(`${npm}/node_modules/${binary}`), { recursive: true });
    cpSync(`${root}/packages/storage/node_modules/${binary}`, `${npm}/node_modules/${binary}`);
    return smoke(npm);
  });
}

async function installWithPnpm() {
  await step('installed with pnpm', async () => {
    write(`${pnpm}/package.json`, {
      private: true,
      type: 'module',
      dependencies: { asktell: local().asktell, ...sqlite },
      pnpm: { overrides: local(), onlyBuiltDependencies: ['better-sqlite3'] },
    });
    await capture('npx', ['--yes', pinnedPnpm, 'install', '--ignore-workspace'], { cwd: pnpm });
    return smoke(pnpm);
  });
}

/** `npm install asktell` and nothing else. */
async function installAlone() {
  await step('asktell alone, without an SQLite package', async () => {
    const where = await installed('alone', {});
    const size = MB(sizeOf(`${where}/node_modules`));
    const [major = 0] = process.versions.node.split('.').map(Number);
    if (major >= 23) return `${await smoke(where)}; ${size} installed`;
    const refusal = await smoke(where).catch((/** @type {Error} */ error) => error.message);
    if (!refusal.includes('npm install better-sqlite3@12')) throw new Error(`the cure is missing: ${refusal}`);
    return `refuses a file, and names the package to install; ${size} installed`;
  });
}

async function entryPoints() {
  await step('every entry point of every package', async () => {
    const file = `${npm}/entries.mjs`;
    // @asktell/testing can only be imported in a test runner.
    const names = entries().filter((name) => name !== '@asktell/testing');
    writeFileSync(file, names.map((name) => `await import('${name}');\n`).join(''));
    await capture(process.execPath, [file], { cwd: npm });
    return `${names.length} imported`;
  });
  await step('classes of two entry points', () => output(copy('identity.mjs', npm)));
  await step(`require() on Node ${process.versions.node}`, () => output(copy('require.cjs', npm)));
  for (const [how, where] of Object.entries({ npm, pnpm }))
    for (const resolution of ['nodenext', 'bundler'])
      await step(`types under ${resolution}, ${how}`, () => types(how, where, resolution));
  await step('a sampler, a pruner and a storage of somebody else', () => checkThirdParty(npm));
  await step('size of core and one sampler', () => plainSize(copy('size.mjs', npm)));
  await step('size of everything in asktell', () => everythingSize(copy('everything.mjs', npm)));
  await step('in a browser', async () => {
    const reason = withoutBrowser();
    if (reason !== undefined) return reason;
    await bundleForBrowser([copy('page.mjs', npm)], `${temp}/site`);
    const { result, version } = await runInBrowser(`${temp}/site`, 'page.mjs', temp);
    const { trials, best, refusal } = /** @type {{ trials: number, best: number, refusal: string }} */ (result);
    if (trials !== 200 || refusal !== 'missing-dependency' || !(best >= 1 && best < 3))
      throw new Error(`the result of the page is wrong: ${JSON.stringify(result)}`);
    return `${trials} trials in Chromium ${version}, best ${best.toFixed(3)}`;
  });
}

/**
 * @param {string} how
 * @param {string} where
 * @param {string} resolution
 */
async function types(how, where, resolution) {
  cpSync(`${tests}/types.mts`, `${where}/types.mts`);
  // With pnpm, a folder can only import its direct dependencies.
  const visible = how === 'npm' ? entries() : entries().filter((name) => name === 'asktell');
  const lines = visible.map((name, i) => `export * as entry${i} from '${name}';\n`);
  writeFileSync(`${where}/entries.mts`, lines.join(''));
  const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
  const options = ['--target', 'es2022', '--lib', 'es2023', '--types', '', '--strict', '--noEmit'];
  const modules = ['--module', module, '--moduleResolution', resolution];
  const args = [`${bin}/typescript/bin/tsc`, ...options, ...modules, 'types.mts', 'entries.mts'];
  await capture(process.execPath, args, { cwd: where });
  return `${visible.length} entry points, declarations included`;
}

/** The same program on every runtime. All proposals are compared with those of this Node. */
async function onRuntimes() {
  copy('runtime-study.mjs', npm);
  copy('runtime.mjs', npm);
  const reference = await killAndResume(npm, [process.execPath]);
  const trials = Object.values(reference.studies).reduce((sum, params) => sum + params.length, 0);
  await step(`on Node ${process.versions.node}`, async () => `${reference.libraries?.join()}: ${trials} trials`);
  await Promise.all(
    runtimes.map(({ name, packages, command: [program, ...args], driver }) =>
      step(`on ${name}`, async () => {
        const where = await installed(name.replace(' ', '').toLowerCase(), packages);
        copy('runtime-study.mjs', where);
        copy('runtime.mjs', where);
        const path = `${where}/node_modules/${program}`;
        const version = (await capture(path, ['--version'], { cwd: where })).split('\n')[0]?.replace(/^deno /, '');
        const outcome = await killAndResume(where, [path, ...args]);
        if (driver !== undefined) compared(outcome, await killAndResume(where, [path, ...args], driver));
        return `${version?.split(' ')[0]}, ${[...(outcome.libraries ?? []), driver].filter(Boolean).join(' and ')}: ${compared(reference, outcome)}`;
      }),
    ),
  );
  await step('on Chromium', async () => {
    copy('runtime-page.mjs', npm);
    const found = await browserOutcome(`${npm}/runtime-page.mjs`, temp);
    if (typeof found === 'string') return found;
    return `${found.version}, in memory: ${compared(reference, found.outcome)}`;
  });
}

async function withBundlers() {
  const where = folder('bundlers');
  const direct = ['asktell', '@asktell/core', '@asktell/sampler-random'];
  const dependencies = Object.fromEntries(Object.entries(local()).filter(([name]) => direct.includes(name)));
  const others = Object.fromEntries(Object.entries(local()).filter(([name]) => !direct.includes(name)));
  const overrides = { ...others, ...Object.fromEntries(direct.map((name) => [name, `$${name}`])) };
  write(`${where}/package.json`, {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, ...bundlers },
    overrides,
  });
  await capture('npm', ['install', '--no-audit', '--no-fund'], { cwd: where });
  for (const file of ['study', 'threads', 'worker', 'page', 'vite', 'webpack']) copy(`bundle-${file}.mjs`, where);
  copy('everything.mjs', where);
  for (const name of /** @type {const} */ (['esbuild', 'vite', 'webpack']))
    await step(`bundled with ${name}`, () => checkBundler(name, where, temp));
}

/**
 * Installs asktell and other packages in an empty folder.
 * @param {string} name
 * @param {Record<string, string>} packages
 */
async function installed(name, packages) {
  const where = folder(name);
  const { asktell, ...overrides } = local();
  write(`${where}/package.json`, { private: true, type: 'module', dependencies: { asktell, ...packages }, overrides });
  await capture('npm', ['install', '--no-audit', '--no-fund'], { cwd: where });
  return where;
}

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

/** @param {string} where */
function smoke(where) {
  return output(copy('smoke.mjs', where));
}

/**
 * The output of a script in its folder.
 * @param {string} script
 */
async function output(script) {
  return (await capture(process.execPath, [script], { cwd: dirname(script) })).trim();
}

/** @param {number} bytes */
function MB(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Bytes of all files in a folder.
 * @param {string} path
 */
function sizeOf(path) {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(`${entry.parentPath}/${entry.name}`).size, 0);
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
