// The text of scripts for threads. A module called `*-script.ts` in a folder called `thread` exports the script of the
// module `*-thread.ts` beside it: one file with all imports, as a global function `run`. A thread that starts from text
// needs no URL, which not every bundler keeps.
import { existsSync } from 'node:fs';

/**
 * The entry of the script that this module exports; `null` if it exports none.
 * @param {string} path
 * @returns {string | null}
 */
export function threadEntry(path) {
  if (!/\/thread\/[\w-]+-script\.ts$/.test(path)) return null;
  const entry = path.replace(/-script\.ts$/, '-thread.ts');
  return existsSync(entry) ? entry : null;
}

/**
 * The source text of the module that exports a script.
 * @param {string} entry
 * @returns {Promise<string>}
 */
export async function scriptModule(entry) {
  const { build } = await import('esbuild'); // installed by now
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    conditions: ['@asktell/source'],
    format: 'iife',
    globalName: 'thread',
    footer: { js: 'var { run } = thread;' },
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'warning',
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`${entry} has no script`);
  return `export const script = ${JSON.stringify(file.text)};\n`;
}

/** @type {import('esbuild').Plugin} */
export const threadScripts = {
  name: 'thread-scripts',
  setup({ onLoad }) {
    onLoad({ filter: /-script\.ts$/ }, async ({ path }) => {
      const entry = threadEntry(path);
      return entry === null ? null : { contents: await scriptModule(entry), loader: 'js' };
    });
  },
};
