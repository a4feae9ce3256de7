import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What we want, in kB gzipped, and what must not be exceeded until we are there. */
const target = 15;
const limit = 22;

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * Bundles as a page would: for a browser, minified, everything unused dropped, what is imported dynamically in chunks of
 * its own. Counts what the page downloads at first, checks that a plain study needs no more, and tells the rest.
 * @param {string} entry exports `run`, which runs a plain study
 */
export async function bundleSize(entry) {
  const outdir = `${dirname(entry)}/bundle`;
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => ({ name: basename(path), output }));
  /** @type {Set<string>} */
  const initial = new Set();
  /** @param {string} name */
  const visit = (name) => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const { path, kind } of outputs.find((one) => one.name === name)?.output.imports ?? [])
      if (kind === 'import-statement') visit(basename(path));
  };
  const first = basename(entry);
  visit(first);

  const loaded = await chunksLoaded(outdir, first, outputFiles);
  const late = loaded.filter((name) => !initial.has(name));
  if (late.length > 0) throw new Error(`A plain study downloads ${late.join(', ')} after the initial chunks`);

  const sizes = outputFiles.map(({ path, contents }) => ({
    isInitial: initial.has(basename(path)),
    minified: contents.length,
    zipped: gzipSync(contents, { level: 9 }).length,
  }));
  const sum = (/** @type {typeof sizes} */ some) => some.reduce((total, { zipped }) => total + zipped, 0);
  const atFirst = sizes.filter(({ isInitial }) => isInitial);
  const zipped = sum(atFirst);
  const minified = atFirst.reduce((total, one) => total + one.minified, 0);
  const size = `${kB(zipped)} gzipped, ${kB(minified)} minified, is all that a plain study downloads; all ${sizes.length} chunks: ${kB(sum(sizes))} gzipped`;
  if (zipped > limit * 1000) throw new Error(`core and one sampler: ${size}; more than the limit of ${limit} kB`);
  return zipped > target * 1000 ? `${size}. OVER THE TARGET of ${target} kB, below the limit of ${limit} kB` : size;
}

/**
 * Runs the bundle and tells which of its files were loaded for that.
 * @param {string} outdir
 * @param {string} first
 * @param {readonly { path: string, text: string }[]} files
 * @returns {Promise<string[]>}
 */
async function chunksLoaded(outdir, first, files) {
  mkdirSync(outdir, { recursive: true });
  for (const { path, text } of files)
    writeFileSync(path, `(globalThis.chunksLoaded ??= []).push(${JSON.stringify(basename(path))});\n${text}`);
  const { run } = await import(pathToFileURL(`${outdir}/${first}`).href);
  await run();
  return /** @type {{ chunksLoaded: string[] }} */ (/** @type {unknown} */ (globalThis)).chunksLoaded;
}
