import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What we want, in kB gzipped, and what must not be exceeded until we are there. */
const target = 15;
const limit = 32;

/**
 * Bundles as a page would: for a browser, minified, everything unused dropped.
 * @param {string} entry
 */
export async function bundleSize(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  const code = outputFiles.map(({ contents }) => contents);
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const minified = code.reduce((sum, { length }) => sum + length, 0);
  const zipped = code.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0);
  const size = `${kB(zipped)} gzipped, ${kB(minified)} minified`;
  if (zipped > limit * 1000) throw new Error(`core and one sampler: ${size}, more than the limit of ${limit} kB`);
  return zipped > target * 1000 ? `${size}: OVER THE TARGET of ${target} kB, below the limit of ${limit} kB` : size;
}
