import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Maximum size of core and one sampler, in kB gzipped. */
const limit = 56;

/** @param {number} bytes */
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/**
 * Bundles for a browser: minified, tree-shaken, with a chunk for each dynamic import.
 * @param {string} entry
 */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    minify: true,
    outdir: 'bundle',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles.map(({ contents }) => ({
    minified: contents.length,
    zipped: gzipSync(contents, { level: 9 }).length,
  }));
}

/**
 * Checks that core and one sampler are one chunk of at most {@link limit} kB.
 * @param {string} entry a page with a simple study
 */
export async function plainSize(entry) {
  const chunks = await bundle(entry);
  if (chunks.length !== 1) throw new Error(`core and one sampler must be one chunk, not ${chunks.length}`);
  const [{ minified, zipped } = { minified: 0, zipped: 0 }] = chunks;
  const size = `${kB(zipped)} gzipped, ${kB(minified)} minified`;
  if (zipped > limit * 1000) throw new Error(`core and one sampler must be at most ${limit} kB gzipped, not ${size}`);
  return `${size}; the limit is ${limit} kB gzipped`;
}

/**
 * The size of a page that imports everything from `asktell`. It has no limit.
 * @param {string} entry a page that imports everything
 */
export async function everythingSize(entry) {
  const chunks = await bundle(entry);
  const [first = { minified: 0, zipped: 0 }] = chunks;
  const all = chunks.reduce((sum, { zipped }) => sum + zipped, 0);
  return `${kB(first.zipped)} gzipped, ${kB(first.minified)} minified; with the ${chunks.length - 1} chunks loaded on demand ${kB(all)} gzipped`;
}
