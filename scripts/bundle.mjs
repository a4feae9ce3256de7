// Writes the JavaScript of the packages: one ES module per entry point, with a source map. TypeScript writes the
// declarations. Node reads one file per package instead of some 430, so that a program starts sooner.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundledLibraries } from './bundled-libraries.mjs';
import { threadScripts } from './thread-scripts.mjs';
import { packageFolders, root } from './workspace.mjs';

/** Contains the fingerprint of the last bundles, and their paths. */
const stamp = `${root}/node_modules/.asktell-bundles`;

/** Bundles every package that has entry points, unless nothing has changed. */
export async function bundlePackages() {
  const wanted = fingerprint();
  if (isUpToDate(wanted)) return;
  const paths = (await Promise.all(packageFolders().map(bundle))).flat();
  writeFileSync(stamp, JSON.stringify({ fingerprint: wanted, paths }));
}

/**
 * Bundles a package. Unchanged files are not written.
 * @param {string} folder
 * @returns {Promise<string[]>} the paths of its bundles
 */
async function bundle(folder) {
  const { build } = await import('esbuild'); // installed by now
  const manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
  const entryPoints = [...sources(manifest.exports), ...sources(manifest.imports)];
  if (entryPoints.length === 0) return [];
  const { outputFiles } = await build({
    absWorkingDir: `${root}/${folder}`,
    entryPoints,
    outbase: 'src',
    outdir: 'dist',
    bundle: true,
    // Packages import each other, and a package that is imported twice exists once. `#platform` depends on the runtime.
    packages: 'external',
    external: ['#*'],
    // Two entry points of a package share a chunk, so that their classes exist once.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    // V8 reads every character at each start: without indentation, the import takes 10 ms less. Names and lines remain.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 80, // Node prints the line of an uncaught error.
    sourcemap: true,
    plugins: [threadScripts, bundledLibraries],
    // The sources are in the tarball.
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
  });
  for (const { path, text } of outputFiles) writeIfChanged(path, path.endsWith('.js') ? withClassNames(text) : text);
  const paths = outputFiles.map(({ path }) => path);
  removeOthers(folder, new Set(paths));
  return paths;
}

/** A hash of the names, sizes and times of all sources. */
function fingerprint() {
  const hash = createHash('sha256');
  const inputs = packageFolders().flatMap((folder) => {
    const entries = readdirSync(`${root}/${folder}/src`, { recursive: true, encoding: 'utf8' });
    return [`${folder}/package.json`, ...entries.map((entry) => `${folder}/src/${entry}`)];
  });
  for (const file of [
    'scripts/bundle.mjs',
    'scripts/bundled-libraries.mjs',
    'scripts/thread-scripts.mjs',
    'pnpm-lock.yaml',
    ...inputs.sort(),
  ]) {
    const { size, mtimeMs } = statSync(`${root}/${file}`);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} wanted */
function isUpToDate(wanted) {
  if (!existsSync(stamp)) return false;
  const { fingerprint: known, paths } = JSON.parse(readFileSync(stamp, 'utf8'));
  return known === wanted && paths.every((/** @type {string} */ path) => existsSync(path));
}

/**
 * The source files in the `exports` or `imports` of a manifest.
 * @param {unknown} value
 * @returns {string[]}
 */
function sources(value) {
  if (typeof value === 'string') return value.startsWith('./src/') ? [value] : [];
  return Object.values(value ?? {}).flatMap(sources);
}

/**
 * Gives classes their names back. esbuild writes `var Trial=class _Trial` for a class that refers to itself, and the
 * console would show the underscore. A space keeps the columns of the source map.
 * @param {string} code
 */
function withClassNames(code) {
  const names = [...code.matchAll(/\b(\w+)=class _\1\b/g)].map(([, name]) => name);
  return names.length === 0 ? code : code.replaceAll(new RegExp(`\\b_(${names.join('|')})\\b`, 'g'), ' $1');
}

/**
 * Replaces a file at once, because other programs may import it meanwhile.
 * @param {string} path
 * @param {string} contents
 */
function writeIfChanged(path, contents) {
  if (existsSync(path) && readFileSync(path, 'utf8') === contents) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/**
 * Removes the JavaScript of earlier builds, and declarations whose source was removed: TypeScript leaves them.
 * @param {string} folder
 * @param {ReadonlySet<string>} kept
 */
function removeOthers(folder, kept) {
  const dist = `${root}/${folder}/dist`;
  for (const entry of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const path = `${dist}/${entry}`;
    const declared = /^(.*)\.d\.ts(\.map)?$/.exec(entry);
    const isLeft =
      declared === null
        ? /\.js(\.map)?$/.test(entry) && !kept.has(path)
        : !existsSync(`${root}/${folder}/src/${declared[1]}.ts`);
    if (isLeft) rmSync(path);
  }
}
